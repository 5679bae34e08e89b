package io.casemate.engine.pki.ocsp;

import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.crl.SigningBulkhead;
import io.casemate.engine.pki.ocsp.Delegates.Delegate;
import io.casemate.engine.pki.ocsp.OcspAnswer.Single;
import io.casemate.engine.pki.ocsp.OcspAnswer.Status;
import io.casemate.engine.pki.ocsp.OcspRequest.Asked;
import io.casemate.engine.pki.ocsp.OcspRequest.MalformedException;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.Fingerprints;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Journal;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.x509.Certificate;

/**
 * Says of certificates whether they are revoked (RFC 6960, and RFC 5019 for answers that may be kept). What it says is what the
 * store says at that moment: an answer that was signed before is given again only while the store says the same. While the HSM is
 * away such answers go on, and other questions are told to try later.
 */
public final class OcspResponder {
    private static final String USAGE = "ocsp-signing";
    /** Signatures by issuers' own keys at a time; far fewer than requests that the server serves at a time. */
    private static final int AT_ONCE = 64;

    private static final int MALFORMED = OCSPResponseStatus.MALFORMED_REQUEST;

    private final RevocationSigner signer;
    private final Delegates delegates;
    private final Issuers issuers;
    private final Certificates certificates;
    private final Revocations revocations;
    private final Journal journal;
    private final Supplier<CrlSettings> settings;
    private final InstantSource clock;
    /** Answers on numbers that anybody can make up have a place of their own, so that they do not drive out the others. */
    private final SignedAnswers recorded = new SignedAnswers();

    private final SignedAnswers unrecorded = new SignedAnswers();

    private final Map<UUID, SigningBulkhead> signing = new ConcurrentHashMap<>();

    /** Answers from what is stored. */
    public OcspResponder(
            RevocationSigner signer,
            Delegates delegates,
            Issuers issuers,
            Certificates certificates,
            Revocations revocations,
            Journal journal,
            Supplier<CrlSettings> settings,
            InstantSource clock) {
        this.signer = signer;
        this.delegates = delegates;
        this.issuers = issuers;
        this.certificates = certificates;
        this.revocations = revocations;
        this.journal = journal;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * An answer, which may be a refusal.
     *
     * @param life since and until when it may be kept by whoever it passes; empty when it may not
     */
    public record Reply(byte[] der, Optional<Life> life) {
        /** From when until when. */
        public record Life(Instant thisUpdate, Instant nextUpdate) {}
    }

    /** Answers a request in DER. */
    public Reply answer(byte[] request) {
        CrlSettings now = settings.get();
        if (now.ocspDisabled()) {
            return refusal(OCSPResponseStatus.UNAUTHORIZED);
        }
        try {
            return answer(OcspRequest.parse(request), now);
        } catch (MalformedException e) {
            return refusal(MALFORMED);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.HsmFailed
                    || e.fault() instanceof Fault.StorageFailed
                    || e.fault() instanceof Fault.Unavailable) {
                return refusal(OCSPResponseStatus.TRY_LATER);
            }
            throw e;
        }
    }

    private Reply answer(OcspRequest request, CrlSettings now) {
        List<UUID> twins = issuersOf(request.certificates().getFirst());
        Optional<Issuer> speaker = speakers(twins).findFirst();
        // One answer has one signature: it can speak for one issuer only (RFC 6960 2.3, "unauthorized").
        if (speaker.isEmpty()
                || request.certificates().stream()
                        .anyMatch(asked -> !issuersOf(asked).equals(twins))) {
            return refusal(OCSPResponseStatus.UNAUTHORIZED);
        }
        journal.sweep();
        List<Single> singles = request.certificates().stream()
                .map(asked -> single(asked, speaker.get(), twins, now))
                .toList();
        boolean keepable = request.nonce().isEmpty()
                && singles.size() == 1
                && now.ocspLife().isPositive();
        Speakers speakers = new Speakers(speaker.get(), delegates(twins));
        return keepable
                ? kept(speakers, singles.getFirst(), now.ocspLife())
                : fresh(speakers, singles, request.nonce(), now.ocspLife());
    }

    /** Who answers: an issuer with the usage, or the delegate of any twin that has it. */
    private record Speakers(Issuer first, List<Delegate> delegates) {}

    private Stream<Issuer> speakers(List<UUID> twins) {
        return twins.stream()
                .flatMap(id -> issuers.byId(id.toString()).stream())
                .filter(each -> RevocationSigner.may(each, USAGE));
    }

    /** Without those that were revoked: clients ask nobody about them (RFC 6960 4.2.2.2.1), so that it is for us to look. */
    private List<Delegate> delegates(List<UUID> twins) {
        return speakers(twins)
                .flatMap(each -> delegates.of(each).stream())
                .filter(delegate -> twins.stream()
                        .noneMatch(twin -> revocations
                                .get(twin, Ids.hex(delegate.serial()))
                                .isPresent()))
                .toList();
    }

    private Reply kept(Speakers speakers, Single single, Duration life) {
        Instant now = clock.instant();
        SignedAnswers.Question question =
                SignedAnswers.question(speakers.first(), speakers.delegates(), single.asked());
        SignedAnswers signed = single.recorded() ? recorded : unrecorded;
        Optional<Reply> young = signed.find(question, single.status(), now, life);
        if (young.isPresent()) {
            return young.get();
        }
        try {
            return signed.keep(question, single.status(), sign(speakers, List.of(single), life));
        } catch (FaultException away) {
            return signed.last(question, single.status(), now).orElseThrow(() -> away);
        }
    }

    private Reply sign(Speakers speakers, List<Single> singles, Duration life) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant next = now.plus(life);
        return new Reply(
                signed(speakers, new OcspAnswer(singles, now, Optional.of(next), Optional.empty())),
                Optional.of(new Reply.Life(now, next)));
    }

    private Reply fresh(Speakers speakers, List<Single> singles, Optional<byte[]> nonce, Duration life) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Optional<Instant> next = life.isPositive() ? Optional.of(now.plus(life)) : Optional.empty();
        return new Reply(signed(speakers, new OcspAnswer(singles, now, next, nonce)), Optional.empty());
    }

    private byte[] signed(Speakers speakers, OcspAnswer answer) {
        Instant until = answer.nextUpdate().orElse(answer.thisUpdate());
        return speakers.delegates().stream()
                .filter(delegate -> delegate.covers(answer.thisUpdate(), until))
                .findFirst()
                .map(delegate -> answer.signed(delegate.voice(), Optional.of(delegate.certificate())))
                .orElseGet(() -> signing(speakers.first())
                        .pass(() -> answer.signed(signer.of(speakers.first(), USAGE), Optional.empty())));
    }

    private SigningBulkhead signing(Issuer speaker) {
        return signing.computeIfAbsent(speaker.id(), id -> new SigningBulkhead(AT_ONCE));
    }

    /** Every issuer of the name and key that are asked about: a renewed CA speaks for what it issued before. */
    private List<UUID> issuersOf(Asked asked) {
        return asked.hash().stream()
                .flatMap(hash -> issuers.ofKeyHash(HexFormat.of().formatHex(asked.keyHash()))
                        .filter(each -> Arrays.equals(asked.nameHash(), Fingerprints.hash(hash, name(each)))))
                .map(Issuer::id)
                .toList();
    }

    private static byte[] name(Issuer issuer) {
        try {
            return issuer.certificate().getSubject().getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Single single(Asked asked, Issuer speaker, List<UUID> twins, CrlSettings now) {
        if (asked.serial().signum() <= 0) {
            return new Single(asked, new Status.Unknown(), false);
        }
        String serial = Ids.hex(asked.serial());
        Optional<Kept> kept = certificates.get(serial).filter(each -> issuedBy(each, speaker));
        // Of a number that nothing is kept of, an issuer that was deleted may have left its revocation alone.
        Stream<UUID> owners = kept.isPresent()
                ? Stream.concat(twins.stream(), Stream.of(kept.get().issuer()))
                : CrlScope.of(speaker, issuers).owners().stream();
        Optional<Revocation> revocation = owners.distinct()
                .flatMap(owner -> revocations.get(owner, serial).stream())
                .findFirst();
        if (revocation.isPresent()) {
            return new Single(asked, new Status.Revoked(revocation.get()), true);
        }
        boolean unknown = kept.isEmpty() && now.ocspUnknown();
        return new Single(asked, unknown ? new Status.Unknown() : new Status.Good(), kept.isPresent());
    }

    /** By name: a certificate may have been issued by a twin that is gone. */
    private static boolean issuedBy(Kept kept, Issuer twin) {
        return Certificate.getInstance(kept.der())
                .getIssuer()
                .equals(twin.certificate().getSubject());
    }

    private static Reply refusal(int status) {
        return new Reply(OcspAnswer.refusal(status), Optional.empty());
    }
}

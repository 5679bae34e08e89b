package io.casemate.engine.pki.ocsp;

import io.casemate.barrier.View;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.pki.crl.RevocationSigner.Voice;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.Issuance;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.store.DelegateKeys;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Keys in software to which an issuer gave the right to answer OCSP for it (RFC 6960 4.2.2.2): so that a CA key in an HSM is not
 * needed for every answer. A delegate is good for as long as its certificate; then the issuer answers by itself again.
 */
public final class Delegates {
    private static final Duration BACKDATED = Duration.ofSeconds(30);
    /** As often as a certificate and its key are read before they count as damaged. */
    private static final int READS = 5;

    private final DelegateKeys store;
    private final View view;
    private final SoftwareKeys software;
    private final Keys keys;
    private final Issuance issuance;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<UUID, Delegate> known = new ConcurrentHashMap<>();

    /** Delegates below {@code view}, whose certificates {@code issuance} makes. */
    public Delegates(
            View view, SoftwareKeys software, Keys keys, Issuance issuance, SecureRandom random, InstantSource clock) {
        this.store = new DelegateKeys(view);
        this.view = view;
        this.software = software;
        this.keys = keys;
        this.issuance = issuance;
        this.random = random;
        this.clock = clock;
    }

    /** A delegate's certificate, and what signs for it. */
    public record Delegate(Certificate certificate, byte[] der, Voice voice) {
        BigInteger serial() {
            return certificate.getSerialNumber().getValue();
        }

        /** Whether it may sign at {@code from} what holds until {@code until}. */
        boolean covers(Instant from, Instant until) {
            return !from.isBefore(certificate.getStartDate().getDate().toInstant())
                    && !until.isAfter(certificate.getEndDate().getDate().toInstant());
        }
    }

    /**
     * Makes a delegate of {@code issuer} in place of the one before.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when the issuer's key is away
     */
    public Delegate make(Issuer issuer, KeyKind kind, Duration life) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plus(life);
        if (life.toMinutes() < 1
                || end.isAfter(issuer.certificate().getEndDate().getDate().toInstant())) {
            throw Fault.badRequest("field 'ttl': at least a minute, and not beyond the issuer's own end");
        }
        SoftwareSigner key = software.bear(kind);
        SubjectPublicKeyInfo spki =
                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded());
        var above = keys.signer(keys.find(issuer.keyId()));
        Draft draft = new Draft(
                Ids.serial(random),
                issuer.certificate().getSubject(),
                new X500Name("CN=OCSP Responder"),
                now.minus(BACKDATED),
                end,
                spki,
                SignatureScheme.of(above.kind(), 0),
                extensions(issuer, spki));
        issuance.issue(
                Linter.pass(draft, List.of(issuer.certificate()), Set.of()),
                issuer.id(),
                above,
                new Beside(editor -> {}, (editor, der) -> store.put(editor, issuer.id(), der, key)));
        return of(issuer).orElseThrow(Fault::notFound);
    }

    private static Extensions extensions(Issuer issuer, SubjectPublicKeyInfo key) {
        ExtensionsGenerator all = new ExtensionsGenerator();
        try {
            all.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            all.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
            // It lives shortly, and nobody asks it about itself (RFC 6960 4.2.2.2.1).
            all.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
            all.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(KeyIds.of(key)));
            all.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(KeyIds.ofCertificate(issuer.certificate())));
            return all.generate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The delegate of {@code issuer}, ended or not.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when its key is not its certificate's
     */
    public Optional<Delegate> of(Issuer issuer) {
        for (int i = 0; i < READS; i++) {
            Optional<byte[]> der = store.certificate(issuer.id());
            Delegate remembered = known.get(issuer.id());
            if (der.isEmpty() || (remembered != null && Arrays.equals(remembered.der(), der.get()))) {
                return der.map(_ -> remembered);
            }
            Optional<Delegate> loaded = store.key(issuer.id(), software).flatMap(key -> whole(der.get(), key));
            if (loaded.isPresent()) {
                known.put(issuer.id(), loaded.get());
                return loaded;
            }
            // Another one took its place between both reads.
        }
        throw new Fault.StorageFailed(
                        Fault.StorageProblem.CORRUPT,
                        "the key of the OCSP delegate of issuer " + issuer.id() + " is not its certificate's")
                .asException();
    }

    private static Optional<Delegate> whole(byte[] der, SoftwareSigner key) {
        Certificate certificate = Certificate.getInstance(der);
        try {
            boolean same = Arrays.equals(
                    key.publicKey().getEncoded(),
                    certificate.getSubjectPublicKeyInfo().getEncoded("DER"));
            Voice voice = new Voice(key, SignatureScheme.of(key.kind(), 0));
            return same ? Optional.of(new Delegate(certificate, der, voice)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the right away: the key is deleted. Its certificate can still be revoked. */
    public void delete(Issuer issuer) {
        view.transact(editor -> {
            DelegateKeys.delete(editor, issuer.id());
            return null;
        });
        forget(issuer.id());
    }

    /** Forgets the key of an issuer's delegate that was deleted. */
    public void forget(UUID issuer) {
        known.remove(issuer);
    }

    /** Forgets every key that is in memory. */
    public void clear() {
        known.clear();
    }
}

package io.casemate.auth.cert;

import io.casemate.auth.Outbound;
import io.casemate.crypto.OcspQuestion;
import io.casemate.crypto.OcspQuestion.Status;
import io.casemate.crypto.OcspQuestion.Verdict;
import io.casemate.crypto.Sha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.FreshCache;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks OCSP responders about a client's certificate, and remembers what they said for as long as they allow. */
final class OcspCheck {
    private static final System.Logger LOG = System.getLogger("casemate.auth");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** A login waits no longer for all servers and tries together, give or take the last exchange. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST = 64 << 10;

    private final SecureRandom random;
    private final InstantSource clock;
    private final Outbound outbound = new Outbound(List.of(), TIMEOUT);
    private volatile FreshCache<Key, Verdict> cache;

    /** The same certificate may be asked about at different servers for different roles. */
    private record Key(String certificate, String server, OcspTerms terms) {}

    OcspCheck(int cached, SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
        resize(cached);
    }

    /** Remembers so many answers from now on; forgets those it had. */
    void resize(int cached) {
        cache = new FreshCache<>(cached);
    }

    /**
     * Refuses a revoked certificate, and one of which nobody says that it is good, unless the role lets such in.
     *
     * @param issuer who signed it, as verified; empty when that is not known
     * @throws FaultException {@code BadRequest}
     */
    void check(Presented shown, Optional<X509Certificate> issuer, Role role) {
        List<String> troubles = new ArrayList<>();
        Optional<Status> status = issuer.isEmpty() ? Optional.empty() : asked(shown, issuer.get(), role, troubles);
        if (issuer.isEmpty()) {
            troubles.add("its issuer's certificate is not known: add it to the role's ocsp_ca_certificates");
        }
        String subject = shown.leaf().getSubjectX500Principal().getName();
        if (status.filter(Status.REVOKED::equals).isPresent()) {
            throw Fault.badRequest("failed to verify client's certificate: " + subject + ": it is revoked (OCSP)");
        }
        if (status.isEmpty()) {
            String why = String.join("; ", troubles);
            if (!role.ocsp().failOpen()) {
                throw Fault.badRequest("failed to verify client's certificate: " + subject
                        + ": OCSP does not say that it is good: " + why);
            }
            LOG.log(Level.WARNING, "let in without an OCSP answer, as role {0} says: {1}", role.name(), why);
        }
    }

    /** Good or revoked; empty when that was not to be found out. */
    private Optional<Status> asked(Presented shown, X509Certificate issuer, Role role, List<String> troubles) {
        List<String> servers = role.ocsp().servers().isEmpty()
                ? shown.facts().ocspServers()
                : role.ocsp().servers();
        if (servers.isEmpty()) {
            troubles.add("it names no OCSP server, and the role's ocsp_servers_override neither");
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean allGood = !servers.isEmpty();
        for (String server : servers) {
            Status status = status(new Asking(shown, issuer, role, server, end), troubles);
            if (status == Status.REVOKED
                    || (status == Status.GOOD && !role.ocsp().queryAll())) {
                return Optional.of(status);
            }
            allGood &= status == Status.GOOD;
        }
        return allGood ? Optional.of(Status.GOOD) : Optional.empty();
    }

    private record Asking(Presented shown, X509Certificate issuer, Role role, String server, long end) {
        Key key() {
            return new Key(
                    issuer.getSubjectX500Principal().getName() + " "
                            + Sha256.hex(issuer.getPublicKey().getEncoded())
                            + shown.leaf().getSerialNumber(),
                    server,
                    role.ocsp());
        }
    }

    private Status status(Asking asking, List<String> troubles) {
        Key key = asking.key();
        Verdict known = cache.get(key, absent -> null);
        if (known != null && !current(known)) {
            cache.drop(key);
            known = null;
        }
        if (known == null || tooOld(known, asking)) {
            try {
                Verdict fresh = exchange(asking);
                if (tooOld(fresh, asking)) {
                    troubles.add(asking.server() + " gave an answer older than ocsp_this_update_max_age");
                    return Status.UNKNOWN;
                }
                cache.drop(key);
                known = cache.get(key, absent -> fresh);
            } catch (FaultException e) {
                troubles.add(asking.server() + ": " + reason(e));
                return Status.UNKNOWN;
            }
        }
        if (known.status() == Status.UNKNOWN) {
            troubles.add(asking.server() + " does not know it");
        }
        return known.status();
    }

    private Verdict exchange(Asking asking) {
        URI address = Outbound.address("ocsp", asking.server());
        OcspQuestion question = new OcspQuestion(asking.shown().leaf(), asking.issuer(), random);
        IOException last = null;
        for (int tries = 0; tries <= asking.role().ocsp().retries(); tries++) {
            if (System.nanoTime() > asking.end()) {
                break;
            }
            try {
                byte[] answer = outbound.post(address, "application/ocsp-request", question.der(), LONGEST);
                return question.judge(
                        answer,
                        asking.role().responders(),
                        clock.instant(),
                        asking.role().ocsp().maxAge());
            } catch (IOException e) {
                last = e;
            }
        }
        throw Fault.badRequest(last == null ? "no time was left to ask it" : last.getMessage());
    }

    /** Without a next update there is always something newer: such an answer serves once. */
    private boolean current(Verdict verdict) {
        Instant now = clock.instant();
        return verdict.nextUpdate().filter(until -> now.isBefore(until)).isPresent();
    }

    private boolean tooOld(Verdict verdict, Asking asking) {
        Duration most = asking.role().ocsp().maxAge();
        return !most.isZero() && verdict.thisUpdate().plus(most).isBefore(clock.instant());
    }

    private static String reason(FaultException e) {
        return switch (e.fault()) {
            case Fault.BadRequest(List<String> details) -> String.join(", ", details);
            case Fault.UpstreamFailed(String system) -> system + " is not believed";
            default -> "failed";
        };
    }
}

package io.casemate.auth.cert;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a client's certificate fits a role: path, names, revocation, in this order. */
final class Verifier {
    private static final System.Logger LOG = System.getLogger("casemate.auth");
    private static final String NO_PATH = "invalid certificate or no client certificate supplied";

    private final Roles roles;
    private final RevocationLists lists;
    private final OcspCheck ocsp;
    private final InstantSource clock;

    Verifier(Roles roles, RevocationLists lists, OcspCheck ocsp, InstantSource clock) {
        this.roles = roles;
        this.lists = lists;
        this.ocsp = ocsp;
        this.clock = clock;
    }

    /** A role, and the certificate that fits it. */
    record Match(Role role, Presented shown) {}

    /**
     * The first role that fits.
     *
     * @param name the one role to look at; empty for all
     * @throws FaultException {@code BadRequest} when none does, and as far as the client may know, why
     */
    Match match(Request.Peer peer, String name, boolean crlFailOpen) {
        Presented shown = Presented.by(peer);
        List<Role> candidates = name.isEmpty()
                ? roles.candidates(shown)
                : roles.find(name).stream().toList();
        Map<String, Optional<List<X509Certificate>>> paths = new HashMap<>();
        Optional<FaultException> refusal = Optional.empty();
        boolean trusted = false; // by some role, whose constraints then decide
        for (Role role : candidates) {
            try {
                Optional<List<X509Certificate>> path =
                        paths.computeIfAbsent(role.certificate(), key -> path(shown, role));
                trusted |= path.isPresent();
                if (path.isPresent() && role.constraints().admit(shown)) {
                    checkRevocation(shown, path.get(), role, crlFailOpen);
                    return new Match(role, shown);
                }
            } catch (FaultException e) {
                if (!(e.fault() instanceof Fault.BadRequest)) {
                    throw e;
                }
                LOG.log(Level.DEBUG, "role {0} refuses a certificate: {1}", role.name(), e.getMessage());
                refusal = refusal.or(() -> Optional.of(e));
            }
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        throw Fault.badRequest(
                trusted ? "no chain matching all constraints could be found for this login certificate" : NO_PATH);
    }

    private Optional<List<X509Certificate>> path(Presented shown, Role role) {
        return role.trustsAuthorities()
                ? PathFinder.find(shown, role.anchors(), clock.instant())
                : PathFinder.find(shown, role.anchors().subList(0, 1), clock.instant());
    }

    private void checkRevocation(Presented shown, List<X509Certificate> path, Role role, boolean crlFailOpen) {
        lists.check(path, last -> issuerBeside(last, role), crlFailOpen);
        if (role.ocsp().enabled()) {
            Optional<X509Certificate> issuer =
                    path.size() > 1 ? Optional.of(path.get(1)) : issuerBeside(shown.leaf(), role);
            ocsp.check(shown, issuer, role);
        }
    }

    /** Above a certificate that is trusted by itself the path says nothing: whose key made its signature is its issuer. */
    private static Optional<X509Certificate> issuerBeside(X509Certificate last, Role role) {
        return Stream.of(role.anchors(), role.responders())
                .flatMap(List::stream)
                .filter(each -> issued(each, last))
                .findFirst();
    }

    private static boolean issued(X509Certificate by, X509Certificate certificate) {
        try {
            if (!by.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                return false;
            }
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}

package io.casemate.auth.cert;

import io.casemate.crypto.X509;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the path from a client's certificate to a trust anchor and validates it (RFC 5280 section 6, by the JDK), and what
 * that leaves open: the anchor's own validity and limits, the purpose of every certificate on the path, and broken algorithms.
 * Revocation is looked at elsewhere.
 */
final class PathFinder {
    private static final int LONGEST = 6;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;

    private PathFinder() {}

    /**
     * The path, leaf first and anchor last; the leaf alone when it is an anchor itself. Empty when it leads to no anchor.
     *
     * @throws FaultException {@code BadRequest} when a certificate that belongs to the client must not be used
     */
    static Optional<List<X509Certificate>> find(Presented shown, List<X509Certificate> anchors, Instant now) {
        if (anchors.contains(shown.leaf())) {
            List<X509Certificate> alone = List.of(shown.leaf());
            check(alone, now);
            return Optional.of(alone);
        }
        Optional<List<X509Certificate>> path = built(shown, anchors, now);
        path.ifPresent(found -> check(found, now));
        return path;
    }

    private static Optional<List<X509Certificate>> built(Presented shown, List<X509Certificate> anchors, Instant now) {
        Set<TrustAnchor> trusted = new HashSet<>();
        anchors.stream().filter(Role::authority).forEach(anchor -> trusted.add(new TrustAnchor(anchor, null)));
        while (!trusted.isEmpty()) {
            Optional<PKIXCertPathBuilderResult> built = search(shown, trusted, now);
            Optional<List<X509Certificate>> path = built.map(PathFinder::whole);
            if (path.isEmpty() || AnchorLimits.allow(path.get())) {
                return path;
            }
            // Another of the anchors may allow what this one does not.
            trusted.remove(built.get().getTrustAnchor());
        }
        return Optional.empty();
    }

    private static List<X509Certificate> whole(PKIXCertPathBuilderResult built) {
        List<X509Certificate> path = new ArrayList<>();
        built.getCertPath().getCertificates().forEach(each -> path.add((X509Certificate) each));
        path.add(built.getTrustAnchor().getTrustedCert());
        return List.copyOf(path);
    }

    private static Optional<PKIXCertPathBuilderResult> search(Presented shown, Set<TrustAnchor> trusted, Instant now) {
        List<X509Certificate> known = new ArrayList<>(shown.others());
        known.add(shown.leaf());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(shown.leaf());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
            parameters.setRevocationEnabled(false);
            parameters.setMaxPathLength(LONGEST);
            parameters.setDate(Date.from(now));
            return Optional.of((PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters));
        } catch (CertPathBuilderException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK builds certification paths", e);
        }
    }

    private static void check(List<X509Certificate> path, Instant now) {
        X509Certificate leaf = path.getFirst();
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw refused(leaf, "its key usage is not digitalSignature");
        }
        for (int i = 0; i < path.size(); i++) {
            X509Certificate each = path.get(i);
            try {
                each.checkValidity(Date.from(now));
            } catch (CertificateException e) {
                throw refused(
                        each,
                        "it is valid from " + each.getNotBefore().toInstant() + " to "
                                + each.getNotAfter().toInstant());
            }
            if (!forClients(each)) {
                throw refused(each, "its extended key usage does not allow TLS client authentication");
            }
            boolean anchor = i == path.size() - 1;
            if (X509.weakKey(each.getPublicKey()) || (!anchor && X509.weakSignature(each.getSigAlgName()))) {
                throw refused(each, "its key is shorter than RSA 2048, or it was signed with SHA-1 or worse");
            }
        }
    }

    /** Without the extension every purpose is allowed; an authority's restricts what it issues, as everybody has it. */
    static boolean forClients(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null || purposes.contains(CLIENT_AUTH) || purposes.contains(ANY_PURPOSE);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static FaultException refused(X509Certificate certificate, String why) {
        return Fault.badRequest("failed to verify client's certificate: "
                + certificate.getSubjectX500Principal().getName() + ": " + why);
    }
}

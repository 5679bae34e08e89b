package io.casemate.auth.cert;

import io.casemate.crypto.CertificateFacts;
import io.casemate.crypto.X509;
import java.io.IOException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the certificate of a trust anchor allows below it: how many authorities (RFC 5280 section 4.2.1.9) and which names
 * (4.2.1.10). To a path validator an anchor is a name and a key and no more (6.1.1 (d)), so the JDK looks at neither; an operator
 * who trusts a constrained authority means it with its constraints.
 */
final class AnchorLimits {
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    private AnchorLimits() {}

    /** Whether the anchor of a valid path, its last certificate, allows the others; leaf first. */
    static boolean allow(List<X509Certificate> path) {
        X509Certificate anchor = path.getLast();
        List<X509Certificate> middle = path.subList(1, path.size() - 1).stream()
                .filter(each -> !X509.selfIssued(each))
                .toList();
        return middle.size() <= anchor.getBasicConstraints() && names(anchor, path.getFirst(), middle);
    }

    /** By the same code of the JDK that looks at the constraints of the other authorities on a path. */
    private static boolean names(X509Certificate anchor, X509Certificate leaf, List<X509Certificate> middle) {
        Optional<byte[]> constraints = CertificateFacts.of(anchor).extension(NAME_CONSTRAINTS);
        if (constraints.isEmpty()) {
            return true;
        }
        X509CertSelector within = new X509CertSelector();
        try {
            within.setNameConstraints(constraints.get());
        } catch (IOException malformed) {
            return false;
        }
        return within.match(leaf) && middle.stream().allMatch(within::match);
    }
}

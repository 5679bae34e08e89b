package io.casemate.auth.cert;

import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Extension;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Of which certificates a CRL speaks. Only one that speaks of all certificates of its issuer lets in a certificate that is not on
 * it; and one with a critical extension that is not understood says nothing that can be relied on (RFC 5280 sections 5.2 and 5.3).
 *
 * @param problem why it is no complete list; empty when it is one
 */
record ListScope(Optional<String> problem) {
    private static final String DELTA = "2.5.29.27";
    private static final String DISTRIBUTION_POINT = "2.5.29.28";

    /** issuerAltName, cRLNumber, authorityKeyIdentifier, freshestCRL: none of them changes what the list speaks of. */
    private static final Set<String> HARMLESS = Set.of("2.5.29.18", "2.5.29.20", "2.5.29.35", "2.5.29.46");

    /** reasonCode, invalidityDate, and certificateIssuer, which {@link RevocationList} looks at. */
    private static final Set<String> HARMLESS_OF_ENTRIES = Set.of("2.5.29.21", "2.5.29.24", "2.5.29.29");

    static ListScope of(X509CRL crl) {
        if (crl.getExtensionValue(DELTA) != null) {
            return partial("a delta CRL says only what changed: give the complete one");
        }
        // Also one that names nothing but an address: it is for the certificates that name the same (section 6.3.3 b
        // 2).
        if (crl.getExtensionValue(DISTRIBUTION_POINT) != null) {
            return partial(
                    "a CRL with an issuingDistributionPoint speaks of some of its issuer's certificates only, such"
                            + " as a shard does: give the complete one");
        }
        Optional<String> strange = unknown(crl, HARMLESS);
        Collection<? extends X509CRLEntry> entries =
                Objects.requireNonNullElse(crl.getRevokedCertificates(), List.of());
        for (X509CRLEntry entry : entries) {
            strange = strange.or(() -> unknown(entry, HARMLESS_OF_ENTRIES));
        }
        return strange.map(oid -> partial("a CRL with the critical extension " + oid + ", which is not known here"))
                .orElse(new ListScope(Optional.empty()));
    }

    private static ListScope partial(String problem) {
        return new ListScope(Optional.of(problem));
    }

    private static Optional<String> unknown(X509Extension of, Set<String> known) {
        return Objects.requireNonNullElse(of.getCriticalExtensionOIDs(), Set.<String>of()).stream()
                .filter(oid -> !known.contains(oid))
                .sorted()
                .findFirst();
    }
}

package io.casemate.engine.pki.store;

import java.util.List;
import java.util.UUID;

/**
 * All issuers with one name and one key. To whoever reads a CRL they are one: a CA whose certificate was renewed, or cross-signed,
 * speaks for everything it ever issued.
 *
 * @param id stays when issuers are deleted and come back
 * @param owners the issuers that are there now
 */
public record CrlScope(String id, List<UUID> owners) {
    /** The scope of {@code issuer}. */
    public static CrlScope of(Issuer issuer, Issuers issuers) {
        String key = Fingerprints.of(issuer.certificate().getSubjectPublicKeyInfo());
        return new CrlScope(
                Fingerprints.of(issuer.certificate().getSubject()).substring(0, 32) + key.substring(0, 32),
                issuers.ofKey(key).stream()
                        .filter(each -> each.certificate()
                                .getSubject()
                                .equals(issuer.certificate().getSubject()))
                        .map(Issuer::id)
                        .toList());
    }
}

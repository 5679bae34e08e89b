package io.casemate.engine.pki.store;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * All issuers with one name and one key. To whoever reads a CRL they are one: a CA whose certificate was renewed, or cross-signed,
 * speaks for everything it ever issued.
 *
 * @param id stays when issuers are deleted and come back
 * @param owners the issuers that are there now, and those that were deleted: what they issued can still be revoked
 */
public record CrlScope(String id, List<UUID> owners) {
    /** The scope of {@code issuer}. */
    public static CrlScope of(Issuer issuer, Issuers issuers) {
        String key = key(issuer);
        String id = id(issuer, key);
        Stream<UUID> living = issuers.ofKey(key)
                .filter(each -> each.certificate()
                        .getSubject()
                        .equals(issuer.certificate().getSubject()))
                .map(Issuer::id);
        return new CrlScope(
                id, Stream.concat(living, issuers.deleted(id).stream()).toList());
    }

    /** What the scope of {@code issuer} is called. */
    public static String id(Issuer issuer) {
        return id(issuer, key(issuer));
    }

    private static String id(Issuer issuer, String key) {
        return Fingerprints.of(issuer.certificate().getSubject()).substring(0, 32) + key.substring(0, 32);
    }

    private static String key(Issuer issuer) {
        return Fingerprints.of(issuer.certificate().getSubjectPublicKeyInfo());
    }
}

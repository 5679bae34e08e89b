package io.casemate.auth.cert;

import io.casemate.auth.RoleName;
import io.casemate.barrier.View;
import io.casemate.crypto.Sha256;
import io.casemate.kernel.FreshCache;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Roles as stored, found by name or by the certificates that a client shows: an index by issuer and by own certificate is kept
 * in the same transaction, so that a login without a role's name costs no look at roles that cannot fit.
 */
final class Roles {
    private static final String FOLDER = "cert/";
    private static final String BY_SUBJECT = "by-subject/";
    private static final String BY_LEAF = "by-leaf/";
    private static final byte[] PRESENT = {1};

    /** Roles of one authority that a login without a name tries. */
    private static final int MOST = 10_000;

    private final View storage;
    private volatile FreshCache<String, Role> cache;

    Roles(View storage, int cached) {
        this.storage = storage;
        resize(cached);
    }

    /** Keeps so many roles in memory from now on. */
    void resize(int cached) {
        cache = new FreshCache<>(Math.max(2, cached));
    }

    /** The role, whatever the name looks like. */
    Optional<Role> find(String sent) {
        return RoleName.find(sent)
                .map(name -> cache.get(
                        name,
                        key -> storage.get(FOLDER + key)
                                .map(stored -> Role.decode(key, stored))
                                .orElse(null)));
    }

    /** Roles that may fit: first those for this very certificate, then those of an authority named in the chain, by name. */
    List<Role> candidates(Presented shown) {
        Set<String> names = new LinkedHashSet<>(storage.children(BY_LEAF + hash(shown.leaf()) + "/", "", MOST));
        Set<String> byAuthority = new TreeSet<>();
        Stream.concat(Stream.of(shown.leaf()), shown.others().stream())
                .flatMap(each -> Stream.of(each.getIssuerX500Principal(), each.getSubjectX500Principal()))
                .distinct()
                .forEach(name -> byAuthority.addAll(
                        storage.children(BY_SUBJECT + Sha256.hex(name.getEncoded()) + "/", "", MOST)));
        names.addAll(byAuthority);
        return names.stream().map(this::find).flatMap(Optional::stream).toList();
    }

    List<String> names() {
        return storage.children(FOLDER, "", Integer.MAX_VALUE);
    }

    void put(Role role) {
        storage.transact(editor -> {
            editor.get(FOLDER + role.name())
                    .map(stored -> Role.decode(role.name(), stored))
                    .ifPresent(old -> index(old).forEach(editor::delete));
            index(role).forEach(key -> editor.put(key, PRESENT));
            editor.put(FOLDER + role.name(), role.encode());
            return null;
        });
        cache.drop(role.name());
    }

    void delete(String sent) {
        RoleName.find(sent).ifPresent(name -> {
            storage.transact(editor -> {
                editor.get(FOLDER + name)
                        .map(stored -> Role.decode(name, stored))
                        .ifPresent(old -> index(old).forEach(editor::delete));
                editor.delete(FOLDER + name);
                return null;
            });
            cache.drop(name);
        });
    }

    private static List<String> index(Role role) {
        return role.trustsAuthorities()
                ? role.anchors().stream()
                        .map(anchor -> BY_SUBJECT
                                + Sha256.hex(anchor.getSubjectX500Principal().getEncoded()) + "/" + role.name())
                        .distinct()
                        .toList()
                : List.of(BY_LEAF + hash(role.anchors().getFirst()) + "/" + role.name());
    }

    private static String hash(X509Certificate certificate) {
        try {
            return Sha256.hex(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read does not encode", e);
        }
    }
}

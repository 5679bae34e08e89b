package io.casemate.token;

import io.casemate.barrier.View;
import java.util.List;
import java.util.Optional;

/**
 * Tokens that end, as leases: {@code <the path that made it>/h<storage key>}, such as {@code auth/userpass/login/ann/h12ab...}.
 * The id gives nobody the token.
 */
public final class TokenLeases {
    private final View storage;
    private final TokenStore tokens;

    /**
     * Of {@code tokens}.
     *
     * @param storage the same view that {@code tokens} has
     */
    public TokenLeases(View storage, TokenStore tokens) {
        this.storage = storage;
        this.tokens = tokens;
    }

    /** The living token of a lease id. */
    public Optional<TokenEntry> find(String id) {
        return key(id).flatMap(tokens::findByKey)
                .filter(entry -> entry.usable(tokens.now()))
                .filter(entry -> entry.life().expires().isPresent())
                .filter(entry -> TokenRecords.leaseId(entry).equals(id));
    }

    /** Ends the tokens of these ids and what they made; those that are not there are passed over. */
    public void revoke(List<String> ids) {
        ids.forEach(id -> find(id).ifPresent(entry -> tokens.revoke(entry.key())));
    }

    /** Ids that begin with {@code prefix}, after {@code after}, in order; some may have just ended. */
    public List<String> ids(String prefix, String after, int limit) {
        return storage
                .list(TokenRecords.LEASE + prefix, after.isEmpty() ? "" : TokenRecords.LEASE + after, limit)
                .stream()
                .map(place -> place.substring(TokenRecords.LEASE.length()))
                .toList();
    }

    /**
     * Where the tokens of logins by a role lie, after {@code after}, in no useful order; some may have just ended.
     *
     * @param mount the id of the auth method's mount
     */
    public List<String> ofRole(String mount, String role, String after, int limit) {
        return storage.list(TokenRecords.madeBy(mount, tokens.roleKey(role)), after, limit);
    }

    /** One level of the tree of ids below {@code folder} (empty, or ending with a slash). */
    public List<String> names(String folder, String after, int limit) {
        return storage.children(TokenRecords.LEASE + folder, after, limit);
    }

    private static Optional<String> key(String id) {
        String last = id.substring(id.lastIndexOf('/') + 1);
        return last.startsWith("h") ? Optional.of(last.substring(1)).filter(TokenKeys::looksLikeKey) : Optional.empty();
    }
}

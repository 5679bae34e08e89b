package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.kernel.Caller;
import io.casemate.kernel.FreshCache;
import io.casemate.kernel.SecretBytes;
import io.casemate.token.TokenTraits.Login;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds tokens and says whether they hold. One that was asked for lately costs a look in a cache: a stored one no read, a batch
 * token no decryption. What can end either is looked up each time.
 */
final class TokenFinder {
    private static final int CACHED = 1 << 16;
    private static final int MOUNTS = 1024;

    private final View storage;
    private final BatchTokens batch;
    private final Supplier<Instant> now;
    private final FreshCache<String, Known> cache = new FreshCache<>(CACHED);
    private final FreshCache<String, Boolean> gone = new FreshCache<>(MOUNTS);

    /** A token, and what it makes of whoever bears it. */
    record Known(TokenEntry entry, Caller caller) {
        private Known(TokenEntry entry) {
            this(entry, entry.caller());
        }
    }

    TokenFinder(View storage, BatchTokens batch, Supplier<Instant> now) {
        this.storage = storage;
        this.batch = batch;
        this.now = now;
    }

    /** The token, whether it holds or not; empty for what is none of ours. */
    Optional<Known> known(SecretBytes token, String key) {
        return Optional.ofNullable(
                BatchTokens.looksLikeOne(token)
                        ? cache.get(
                                key,
                                absent -> batch.open(token, key).map(Known::new).orElse(null))
                        : cache.get(key, this::load));
    }

    /** The service token stored under {@code key}, also one that was just used up. */
    Optional<TokenEntry> byKey(String key) {
        return Optional.ofNullable(cache.get(key, this::load)).map(Known::entry);
    }

    /** Whether the token stored under {@code key} lives: in use, or at its last use. */
    boolean lives(String key) {
        return byKey(key).filter(entry -> entry.usable(now.get())).isPresent();
    }

    /** A stored token is there or not; what a batch token hangs on is looked up each time. */
    boolean holds(TokenEntry entry) {
        return entry.usable(now.get())
                && (!entry.batch()
                        || ((entry.orphan() || lives(entry.parent()))
                                && entry.traits().login().stream().noneMatch(this::gone)));
    }

    /** The token stored under {@code key} has changed. */
    void drop(String key) {
        cache.drop(key);
    }

    /** A mount has gone. */
    void dropMount(String mount) {
        gone.drop(mount);
    }

    /** Forgets everything: on seal. */
    void dropAll() {
        cache.dropAll();
        gone.dropAll();
    }

    private boolean gone(Login login) {
        return gone.get(login.mount(), id -> storage.get(TokenRecords.GONE + id).isPresent());
    }

    private Known load(String key) {
        return TokenRecords.read(storage, key).map(Known::new).orElse(null);
    }
}

package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.token.Revocation.Children;
import io.casemate.token.TokenFinder.Known;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The tokens. Guarantees: a token is valid from the moment {@code create} returns until its end,
 * its last use, or the moment {@code revoke} returns, across restarts; a token with a limit of uses never serves more;
 * ending a token ends everything it made. Nothing is loaded when the store is made, and it holds no token. Batch tokens are not in
 * it at all: they hold until their time is over, their parent ends or the mount of their login goes.
 */
public final class TokenStore {
    private final View storage;
    private final InstantSource clock;
    private final Supplier<Ttls> limits;
    private final TokenKeys keys;
    private final BatchTokens batch;
    private final Revocation revocation;
    private final TokenRenewal renewal;
    private final TokenFinder finder;
    private final TokenCensus census;

    /**
     * On a part of the barrier that nothing else writes to.
     *
     * @param limits the server's default and longest life, as they are now
     */
    public TokenStore(View storage, SecureRandom random, InstantSource clock, Supplier<Ttls> limits) {
        this.storage = storage;
        this.clock = clock;
        this.limits = limits;
        this.keys = new TokenKeys(storage, random, clock);
        this.batch = new BatchTokens(storage, random);
        this.finder = new TokenFinder(storage, batch, this::now);
        this.revocation = new Revocation(storage, keys::ofAccessor, finder::drop);
        this.renewal = new TokenRenewal(storage, finder::drop);
        this.census = new TokenCensus(storage, keys::ofAccessor, this::now);
    }

    /** A token that may do everything and never ends. The caller owns it. */
    public SecretBytes createRoot() {
        TokenTraits traits = new TokenTraits(
                new TreeSet<>(List.of("root")), Map.of(), "root", "auth/token/root", "", "", false, List.of());
        return made(keys.newRootToken(), TokenSpec.of(traits, Duration.ZERO), Optional.empty(), limits.get())
                .token();
    }

    /**
     * Makes a token, durably.
     *
     * @param parent the key of the token it shall end with; empty for an orphan
     * @throws FaultException {@code PermissionDenied} when the parent has ended, {@code BadRequest} when a chosen id is
     *     taken or cannot be one
     */
    public Issued create(TokenSpec spec, Optional<String> parent) {
        return create(spec, parent, limits.get());
    }

    /**
     * The same within other limits of life than the server's own, such as a mount's.
     *
     * @throws FaultException {@code PermissionDenied} also when the mount of the login is gone
     */
    public Issued create(TokenSpec spec, Optional<String> parent, Ttls within) {
        spec.id().ifPresent(TokenKeys::checkChosen);
        return made(spec.id().map(SecretBytes::copy).orElseGet(keys::newToken), spec, parent, within);
    }

    /**
     * Makes an orphan and, in the same transaction, what lies with it from the first.
     *
     * @param more is given the transaction and the token
     */
    public Issued create(TokenSpec spec, BiConsumer<Editor, Issued> more) {
        return made(keys.newToken(), spec, Optional.empty(), limits.get(), more);
    }

    private Issued made(SecretBytes token, TokenSpec spec, Optional<String> parent, Ttls within) {
        return made(token, spec, parent, within, (_, _) -> {});
    }

    private Issued made(
            SecretBytes token, TokenSpec spec, Optional<String> parent, Ttls within, BiConsumer<Editor, Issued> more) {
        Instant now = now();
        Lifetimes.Granted granted = Lifetimes.initial(spec, within, now);
        boolean endless = granted.ttl().isZero();
        TokenLife life = new TokenLife(
                now,
                granted.ttl(),
                spec.period(),
                spec.explicitMax(),
                Optional.empty(),
                endless ? Optional.empty() : Optional.of(now.plus(granted.ttl())));
        TokenEntry entry = new TokenEntry(
                keys.ofToken(token),
                keys.newAccessor(),
                parent.orElse(""),
                endless ? spec.traits().renewable(false) : spec.traits(),
                life,
                spec.numUses());
        String accessorKey = keys.ofAccessor(entry.accessor());
        Issued issued = new Issued(token, entry, granted.ttl(), granted.warnings());
        storage.transact(editor -> {
            if (TokenRecords.read(editor, entry.key()).isPresent()) {
                throw Fault.badRequest("cannot create a token with a duplicate ID");
            }
            parent.ifPresent(above -> checkParent(editor, above, now));
            checkMount(editor, entry);
            TokenRecords.add(editor, entry, accessorKey);
            more.accept(editor, issued);
            return null;
        });
        return issued;
    }

    /**
     * Makes a batch token, which costs no write.
     *
     * @param ttl wanted life; zero for the default
     * @throws FaultException as {@link #create}
     */
    public Issued createBatch(TokenTraits traits, Duration ttl, Optional<String> parent, Ttls within) {
        if (traits.root()) {
            throw Fault.badRequest("batch tokens cannot be root tokens");
        }
        Instant now = now();
        Lifetimes.Granted granted = Lifetimes.initial(TokenSpec.of(traits, ttl), within, now);
        TokenEntry entry = TokenEntry.batch("", parent.orElse(""), traits, now, granted.ttl());
        if (!finder.holds(entry)) {
            throw denied();
        }
        return new Issued(batch.seal(entry), entry, granted.ttl(), granted.warnings());
    }

    /**
     * Recognises a token and spends one use of it. Unlimited ones cost one look in a cache and no write.
     *
     * @param token as sent; still the caller's
     * @throws FaultException {@code PermissionDenied}, the same for a malformed, unknown, ended, spent or elsewhere bound
     *     one
     */
    public Caller authenticate(SecretBytes token, Request.Peer peer) {
        String key = keys.ofToken(token);
        Known known = finder.known(token, key)
                .filter(there -> mayUse(there.entry(), peer))
                .orElseThrow(TokenStore::denied);
        return known.entry().usesLeft() == 0 ? known.caller() : spend(key);
    }

    /** To be called after the request, however it ended: ends the token if that was its last use. Otherwise a later sweep does. */
    public void settle(Caller caller) {
        if (caller.remainingUses() == TokenEntry.SPENT) {
            revocation.revoke(caller.tokenKey(), Children.END, entry -> true);
        }
    }

    /** The living token, without spending a use. */
    public Optional<TokenEntry> find(SecretBytes token) {
        return finder.known(token, keys.ofToken(token)).map(Known::entry).filter(finder::holds);
    }

    /** The same, unless it is bound to other addresses than {@code peer}'s: for what needs no token and shows more with one. */
    public Optional<TokenEntry> find(SecretBytes token, Request.Peer peer) {
        return find(token).filter(entry -> mayUse(entry, peer));
    }

    /** The key of a token, whether there is such a token or not. */
    public String keyOf(SecretBytes token) {
        return keys.ofToken(token);
    }

    /** The storage key of the role of a login, in whatever case it is written; empty for none. */
    String roleKey(String role) {
        return keys.ofRole(role);
    }

    /** The living token of an accessor. */
    public Optional<TokenEntry> findByAccessor(String accessor) {
        return storage.get(TokenRecords.ACCESSOR + keys.ofAccessor(accessor))
                .map(TokenCodec::members)
                .flatMap(pointer -> findByKey(pointer.text("key")))
                .filter(entry -> entry.usable(now()));
    }

    /** Whether the token stored under {@code key} lives: in use, or at its last use. */
    public boolean lives(String key) {
        return finder.lives(key);
    }

    /** The same within a transaction, which no end of that token comes between. */
    public boolean lives(Editor editor, String key) {
        return TokenRecords.read(editor.on(storage), key)
                .filter(entry -> entry.usable(now()))
                .isPresent();
    }

    /** The service token stored under {@code key}, as {@link Caller#tokenKey} names it; also one that was just used up. */
    public Optional<TokenEntry> findByKey(String key) {
        return finder.byKey(key);
    }

    /**
     * Prolongs a token by its own terms.
     *
     * @param increment wished life from now; zero for the token's own
     * @return without the token itself
     * @throws FaultException {@code BadRequest} when it cannot be renewed, {@code PermissionDenied} when it has ended
     */
    public Issued renew(String key, Duration increment) {
        return renewal.renew(
                key,
                increment,
                life -> new RenewalTerms(life.ttl(), life.period(), Duration.ZERO, limits.get(), List.of()),
                now());
    }

    /** The same by terms that were found for it now. */
    public Issued renew(String key, Duration increment, RenewalTerms terms) {
        return renewal.renew(key, increment, life -> terms, now());
    }

    /** Ends a token and everything it made; nothing happens when it is not there. When this returns, all of it is over. */
    public void revoke(String key) {
        revocation.revoke(key, Children.END, entry -> true);
    }

    /** Ends a token; what it made lives on as orphans. */
    public void revokeOrphan(String key) {
        revocation.revoke(key, Children.CUT_LOOSE, entry -> true);
    }

    /**
     * Ends every token that logins through a mount made. None is made by one that is under way, from now on.
     *
     * @param mount its id
     */
    public void endMount(String mount) {
        storage.put(TokenRecords.GONE + mount, new byte[] {1});
        finder.dropMount(mount);
        revocation.revokeMount(mount);
    }

    /**
     * Registers what must end with a token (leases, cubbyholes): called with its key, before it is forgotten, at least
     * once, possibly again after a crash.
     */
    public void onEnded(Consumer<String> listener) {
        onEnded((_, _) -> false, listener);
    }

    /**
     * The same for what is mostly nothing, or little.
     *
     * @param within is called with the key of a token that is about to end, in the transaction that ends it: removes there what
     *     hangs on it and says true, also when nothing does; false leaves it to {@code listener}
     */
    public void onEnded(BiPredicate<Editor, String> within, Consumer<String> listener) {
        revocation.onEnded(within, listener);
    }

    /** Finishes what a crash cut short, and ends at most {@code limit} tokens whose time is over. Returns how many. */
    public int sweep(int limit) {
        revocation.resume();
        return revocation.expire(now(), limit);
    }

    /**
     * Accessors of stored tokens, in no useful order that stays the same.
     *
     * @param after the last one of the page before; empty for the first page
     */
    public List<String> accessors(String after, int limit) {
        return census.accessors(after, limit);
    }

    /** How many tokens are stored. Looks at the name of each. */
    public long count() {
        return census.count();
    }

    /** Counts the living tokens that hold the policy {@code root}; looks at no more than {@code most} tokens. */
    public RootTokens rootTokens(int most) {
        return census.rootTokens(most);
    }

    /** Drops what is cached for one storage key (relative to this store's view), changed behind its back. */
    public void invalidate(String storageKey) {
        if (storageKey.startsWith(TokenRecords.ID)) {
            finder.drop(storageKey.substring(TokenRecords.ID.length()));
        }
    }

    /** Drops everything cached, the salt included: on seal. */
    public void invalidate() {
        finder.dropAll();
        keys.forget();
        batch.forget();
    }

    /** The time tokens count in: whole seconds. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private Caller spend(String key) {
        Instant now = now();
        try {
            return storage.transact(editor -> {
                TokenEntry entry = TokenRecords.read(editor, key)
                        .filter(there -> there.usable(now))
                        .orElseThrow(TokenStore::denied);
                TokenEntry used = entry.used(now);
                TokenRecords.replace(editor, entry, used);
                return used.caller();
            });
        } finally {
            finder.drop(key);
        }
    }

    private boolean mayUse(TokenEntry entry, Request.Peer peer) {
        return finder.holds(entry)
                && (entry.traits().boundCidrs().isEmpty()
                        || Cidr.anyHolds(entry.traits().boundCidrs(), peer.address()));
    }

    private void checkParent(Editor editor, String key, Instant now) {
        TokenEntry parent = TokenRecords.read(editor, key)
                .filter(there -> there.usable(now))
                .orElseThrow(TokenStore::denied);
        revocation.checkLineage(editor, parent);
    }

    private static void checkMount(Editor editor, TokenEntry entry) {
        entry.traits().login().ifPresent(login -> {
            if (editor.get(TokenRecords.GONE + login.mount()).isPresent()) {
                throw denied();
            }
        });
    }

    private static FaultException denied() {
        return new Fault.PermissionDenied().asException();
    }
}

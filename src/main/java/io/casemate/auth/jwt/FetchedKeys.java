package io.casemate.auth.jwt;

import io.casemate.auth.jwt.Config.Source;
import io.casemate.auth.jwt.KeyFetch.Fetched;
import io.casemate.barrier.View;
import io.casemate.crypto.SignedJwt;
import io.casemate.crypto.VerificationKey;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of an issuer, fetched from time to time and kept on storage, so that neither an issuer that is away nor a restart
 * ends logins. One fetch at a time, and not more often than every few seconds, whoever sends tokens with whatever key id.
 */
final class FetchedKeys implements KeySource {
    /** After that they are fetched again beside the logins. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** After that a login waits for the fetch; if it fails the old ones still serve. */
    static final Duration AGED = Duration.ofMinutes(15);

    /** After that they are believed no more: a key may have been withdrawn for a reason. */
    static final Duration DEAD = Duration.ofDays(1);

    /** Between two fetches. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** The stored time of a fetch that changed nothing may be so much behind. */
    private static final Duration STORED = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger("casemate.auth");

    private final Source source;
    private final KeyFetch fetch;
    private final View storage;
    private final String place;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Instant tried = Instant.MIN;
    private volatile String trouble = "";
    private volatile Known known;

    private record Known(List<VerificationKey> keys, String issuer, Instant fetched, String set, Instant stored) {}

    /** Keeps them at {@code place}, where those of a former time may be. */
    FetchedKeys(Source source, View storage, String place, InstantSource clock) {
        this.source = source;
        this.fetch = new KeyFetch(source);
        this.storage = storage;
        this.place = place;
        this.clock = clock;
        this.known = storage.get(place)
                .map(record -> Members.read("the record of fetched keys", record))
                .filter(members -> members.text("source").equals(source.url()))
                .map(FetchedKeys::stored)
                .orElse(null);
    }

    /** Fetches now, for a configuration that is about to be taken: fails where later an old set would do. */
    Fetched first() {
        try {
            return fetch.now();
        } catch (IOException e) {
            throw new Fault.BadRequest(List.of("error checking " + source.url() + ": " + e.getMessage())).causedBy(e);
        }
    }

    @Override
    public boolean signed(SignedJwt token) {
        Known now = current();
        if (token.signedBy(now.keys())) {
            return true;
        }
        // The key may be new. A fetch that failed, or that was just made, changes nothing.
        fetchOnce(now);
        Known newer = known;
        return !Objects.equals(newer, now) && token.signedBy(newer.keys());
    }

    @Override
    public String issuer() {
        return current().issuer();
    }

    /** Takes what was fetched for good. */
    void keep(Fetched fetched) {
        Instant now = clock.instant();
        String set = new String(fetched.set(), StandardCharsets.UTF_8);
        Known before = known;
        boolean same = before != null
                && before.set().equals(set)
                && before.issuer().equals(fetched.issuer())
                && Durations.apart(before.stored(), now).compareTo(STORED) < 0;
        if (!same) {
            storage.put(
                    place,
                    JsonRecord.of(Map.of(
                            "source", source.url(),
                            "issuer", fetched.issuer(),
                            "fetched", now.getEpochSecond(),
                            "set", set)));
        }
        known = new Known(fetched.keys(), fetched.issuer(), now, set, same ? before.stored() : now);
    }

    private Known current() {
        Known now = known;
        Instant time = clock.instant();
        if (now == null || Durations.apart(now.fetched(), time).compareTo(AGED) >= 0) {
            fetchOnce(now);
        } else if (Durations.apart(now.fetched(), time).compareTo(FRESH) >= 0 && !lately()) {
            Thread.startVirtualThread(() -> fetchOnce(now));
        }
        Known found = known;
        if (found == null || Durations.apart(found.fetched(), time).compareTo(DEAD) > 0) {
            throw new Fault.UpstreamFailed("the issuer's key set at " + source.url() + " (" + trouble + ")")
                    .asException();
        }
        return found;
    }

    /** Who waited for another's fetch, or comes right after one, does not fetch again. */
    private void fetchOnce(Known seen) {
        fetching.lock();
        try {
            if (!Objects.equals(known, seen) || lately()) {
                return;
            }
            keep(fetched());
            trouble = "";
        } catch (IOException e) {
            trouble = e.getMessage();
            LOG.log(Level.WARNING, "the key set at {0} cannot be fetched: {1}", source.url(), e.getMessage());
        } catch (FaultException e) {
            LOG.log(Level.WARNING, "the key set at {0} cannot be kept: {1}", source.url(), e.getMessage());
        } finally {
            fetching.unlock();
        }
    }

    /** The pause begins when the issuer has answered, or has not: one that hangs must not hold up every login. */
    private Fetched fetched() throws IOException {
        try {
            return fetch.now();
        } finally {
            tried = clock.instant();
        }
    }

    private boolean lately() {
        return Durations.apart(tried, clock.instant()).compareTo(PAUSE) < 0;
    }

    private static Known stored(Members members) {
        String set = members.text("set");
        Instant fetched = members.time("fetched");
        return new Known(
                VerificationKey.set(set.getBytes(StandardCharsets.UTF_8)),
                members.text("issuer"),
                fetched,
                set,
                fetched);
    }
}

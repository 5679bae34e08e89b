package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Changes;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.govern.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one account may have the server do in vain: orders that nobody finishes, and challenges that nobody meets. Open orders are
 * counted on disk; failures in memory, and they begin anew with the server.
 */
final class Patience {
    private static final Duration HOUR = Duration.ofHours(1);

    private final AcmeStore store;
    private final Desk desk;
    private final Meter failures = new Meter();

    Patience(AcmeStore store, Desk desk) {
        this.store = store;
        this.desk = desk;
    }

    /**
     * Passes an account that places an order.
     *
     * @throws Problem {@code rateLimited} while as many are open as may be
     */
    void requireRoom(String account, AcmeSettings settings) {
        int most = settings.mostOpenOrders();
        if (most == 0 || store.open(account, most).size() < most) {
            return;
        }
        List<Instant> ends = store.transact(changes -> stillOpen(changes, account, most));
        if (ends.size() >= most) {
            Duration first = Duration.between(
                    desk.now(), ends.stream().min(Instant::compareTo).orElse(desk.now()));
            throw limited(
                    "the account has " + most + " orders open (config/acme, max_open_orders): finish them", first);
        }
    }

    /** When those end that are open; what has ended leaves the count. */
    private List<Instant> stillOpen(Changes changes, String account, int most) {
        return store.open(account, most).stream()
                .map(id -> store.order(account, id)
                        .filter(order -> switch (Standing.of(store, account, order, desk.now())) {
                            case PENDING, READY -> true;
                            case VALID, INVALID -> false;
                        })
                        .map(order -> order.expires())
                        .orElseGet(() -> {
                            changes.closed(account, id);
                            return Instant.EPOCH;
                        }))
                .filter(end -> end.isAfter(Instant.EPOCH))
                .toList();
    }

    /**
     * Passes an account that wants a challenge to be looked at.
     *
     * @throws Problem {@code rateLimited} when it failed too many within the last hour
     */
    void requireFaith(String account, AcmeSettings settings) {
        int most = settings.mostFailures();
        if (most > 0) {
            failures.delay(account, most, HOUR, desk.now()).ifPresent(wait -> {
                throw limited(
                        "the account has failed " + most
                                + " challenges within an hour (config/acme, max_failed_challenges_per_hour)",
                        wait);
            });
        }
    }

    /** Counts a challenge that an account has failed. */
    void failed(String account, AcmeSettings settings) {
        if (settings.mostFailures() > 0) {
            Optional<Duration> _ = failures.take(account, settings.mostFailures(), HOUR, desk.now());
        }
    }

    /**
     * Passes an account that asks for an authorization without an order: it may have as many as orders. Those that have ended leave.
     *
     * @throws Problem {@code rateLimited}
     */
    void requireRoomBefore(String account, AcmeSettings settings) {
        int most = settings.mostOpenOrders();
        if (most == 0) {
            return;
        }
        List<Authorization> all = store.allBefore(account, most);
        if (all.size() < most) {
            return;
        }
        Instant now = desk.now();
        List<Authorization> over =
                all.stream().filter(each -> !each.open(now) && !each.holds(now)).toList();
        store.transact(changes -> {
            over.forEach(each -> changes.deleteBefore(account, each));
            return null;
        });
        if (over.isEmpty()) {
            Instant first = all.stream()
                    .map(Authorization::expires)
                    .min(Instant::compareTo)
                    .orElse(now);
            throw limited(
                    "the account has " + most + " authorizations without an order (config/acme, max_open_orders)",
                    Duration.between(now, first));
        }
    }

    /** A problem that says when to come back. */
    static Problem limited(String detail, Duration wait) {
        return Kind.RATE_LIMITED
                .because(detail)
                .header("Retry-After", Long.toString(Math.max(1, wait.toSeconds() + 1)));
    }
}

package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.govern.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one account may have the server do in vain: orders that nobody finishes, and challenges that nobody meets. Open orders are
 * counted on disk; failures in memory, and they begin anew with the server.
 */
final class AccountLimits {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMinutes(1);
    /** Orders whose authorizations are looked at for one refusal. */
    private static final int JUDGED = 16;
    /** Records that leave in one transaction. */
    private static final int AT_ONCE = 64;

    private final AcmeStore store;
    private final MountServices services;
    private final Meter failures = new Meter(Meter.Crowded.REFUSE);

    AccountLimits(AcmeStore store, MountServices services) {
        this.store = store;
        this.services = services;
    }

    /**
     * Passes an account that places an order.
     *
     * @throws Problem {@code rateLimited} while as many are open as may be
     */
    void requireRoom(String account, AcmeSettings settings) {
        int most = settings.mostOpenOrders();
        List<String> open = most == 0 ? List.of() : store.open(account, most);
        if (most == 0 || open.size() < most) {
            return;
        }
        Map<String, Instant> ends = new LinkedHashMap<>();
        open.forEach(id -> ends.put(id, store.openUntil(account, id)));
        List<String> over = over(account, ends);
        if (over.isEmpty()) {
            Instant first = ends.values().stream().min(Instant::compareTo).orElseThrow();
            Duration wait = Duration.between(services.now(), first);
            throw limited(
                    "the account has " + most + " orders open (config/acme, max_open_orders): finish them",
                    open.size() > JUDGED && wait.compareTo(SOON) > 0 ? SOON : wait);
        }
        store.transact(changes -> {
            over.forEach(id -> changes.closed(account, id));
            return null;
        });
    }

    /**
     * Which of them are open no more: all whose time is over, else those that turn out so of a few, drawn anew at each call. To
     * judge one means to read its authorizations, of which it may have a hundred.
     */
    private List<String> over(String account, Map<String, Instant> ends) {
        Instant now = services.now();
        List<String> expired = ends.keySet().stream()
                .filter(id -> !ends.get(id).isAfter(now))
                .limit(AT_ONCE)
                .toList();
        if (!expired.isEmpty()) {
            return expired;
        }
        List<String> some = new ArrayList<>(ends.keySet());
        Collections.shuffle(some, services.context().random());
        return some.stream().limit(JUDGED).filter(id -> !open(account, id, now)).toList();
    }

    private boolean open(String account, String id, Instant now) {
        return store.order(account, id)
                .filter(order -> switch (OrderStatus.of(store, account, order, now)) {
                    case PENDING, READY -> true;
                    case VALID, INVALID -> false;
                })
                .isPresent();
    }

    /**
     * Passes an account that wants a challenge to be looked at.
     *
     * @throws Problem {@code rateLimited} when it failed too many within the last hour
     */
    void requireFaith(String account, AcmeSettings settings) {
        int most = settings.mostFailures();
        if (most > 0) {
            failures.delay(account, most, HOUR, services.now()).ifPresent(wait -> {
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
            Optional<Duration> _ = failures.take(account, settings.mostFailures(), HOUR, services.now());
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
        Map<String, Optional<Authorization>> all = store.allBefore(account, "", most);
        if (all.size() < most) {
            return;
        }
        Instant now = services.now();
        List<String> over = all.keySet().stream()
                .filter(name -> all.get(name)
                        .filter(each -> each.open(now) || each.holds(now))
                        .isEmpty())
                .limit(AT_ONCE)
                .toList();
        if (over.isEmpty()) {
            Instant first = all.values().stream()
                    .map(each -> each.orElseThrow().expires())
                    .min(Instant::compareTo)
                    .orElseThrow();
            throw limited(
                    "the account has " + most + " authorizations without an order (config/acme, max_open_orders)",
                    Duration.between(now, first));
        }
        store.transact(changes -> {
            over.forEach(name -> changes.deleteBefore(account, name));
            return null;
        });
    }

    /** A problem that says when to come back. */
    static Problem limited(String detail, Duration wait) {
        return ProblemType.RATE_LIMITED
                .because(detail)
                .header("Retry-After", Long.toString(Math.max(1, wait.toSeconds() + 1)));
    }
}

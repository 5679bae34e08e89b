package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Changes;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Order;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.engine.pki.tidy.TidyTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Clears away orders and accounts that nobody asks for any more ({@code tidy_acme}). Issuing goes on meanwhile. */
final class Tidying implements TidyTask {
    private static final int PAGE = 64;

    private final AcmeStore store;

    Tidying(AcmeStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "acme";
    }

    @Override
    public boolean wanted(TidyPlan plan) {
        return plan.acme();
    }

    @Override
    public Page page(TidyPlan plan, String cursor, Instant now) {
        Map<String, Long> counts = new TreeMap<>();
        List<String> page = store.accounts(cursor, Math.min(PAGE, plan.page()));
        for (String id : page) {
            counts.merge("total_acme_account_count", 1L, Long::sum);
            counts.merge("acme_orders_deleted_count", orders(id, now.minus(plan.safety())), Long::sum);
            before(id, now.minus(plan.safety()));
            ended(id, now, plan.acmeSafety()).ifPresent(what -> counts.merge(what, 1L, Long::sum));
        }
        String next = page.size() < Math.min(PAGE, plan.page()) ? "" : page.getLast();
        return new Page(next, page.size(), counts);
    }

    private long orders(String account, Instant before) {
        long gone = 0;
        String after = "";
        List<String> page;
        do {
            page = store.orders(account, after, PAGE);
            List<Order> over = page.stream()
                    .flatMap(id -> store.order(account, id).stream())
                    .filter(order -> end(order).isBefore(before))
                    .toList();
            if (!over.isEmpty()) {
                store.transact(changes -> {
                    over.forEach(order -> changes.delete(account, order));
                    return null;
                });
            }
            gone += over.size();
            after = page.isEmpty() ? after : page.getLast();
        } while (page.size() == PAGE);
        return gone;
    }

    /** Authorizations that no order asked for, after their end. */
    private void before(String account, Instant before) {
        String after = "";
        Map<String, Optional<Authorization>> page;
        do {
            page = store.allBefore(account, after, PAGE);
            List<String> over = new ArrayList<>();
            for (Map.Entry<String, Optional<Authorization>> each : page.entrySet()) {
                after = each.getKey();
                if (each.getValue()
                        .filter(there -> !there.expires().isBefore(before))
                        .isEmpty()) {
                    over.add(each.getKey());
                }
            }
            if (!over.isEmpty()) {
                store.transact(changes -> {
                    over.forEach(name -> changes.deleteBefore(account, name));
                    return null;
                });
            }
        } while (page.size() == PAGE);
    }

    private static Instant end(Order order) {
        return order.valid() ? order.certificateEnds() : order.expires();
    }

    /** Revokes an account that is idle, or deletes one that has been over for as long; what was done, as the API counts it. */
    private Optional<String> ended(String id, Instant now, Duration buffer) {
        Instant before = now.minus(buffer);
        while (store.transact(changes -> over(changes, id, before) && changes.clear(id, PAGE))) {
            // A page at a time, and the account last: what a crash cuts short is found again.
        }
        return store.transact(changes -> changes.orderless(id)
                ? changes.account(id).flatMap(account -> ended(changes, account, now, before))
                : Optional.empty());
    }

    private static boolean over(Changes changes, String id, Instant before) {
        return changes.orderless(id)
                && changes.account(id)
                        .filter(account -> account.status() != Account.Status.VALID)
                        .filter(account -> account.ended().isBefore(before))
                        .isPresent();
    }

    private static Optional<String> ended(Changes changes, Account account, Instant now, Instant before) {
        boolean valid = account.status() == Account.Status.VALID;
        Instant since = valid ? account.created() : account.ended();
        if (!since.isBefore(before)) {
            return Optional.empty();
        }
        if (valid) {
            changes.put(account.ended(Account.Status.REVOKED, now));
            return Optional.of("acme_account_revoked_count");
        }
        changes.delete(account);
        return Optional.of("acme_account_deleted_count");
    }
}

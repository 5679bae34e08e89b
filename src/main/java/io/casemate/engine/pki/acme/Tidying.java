package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Changes;
import io.casemate.engine.pki.acme.store.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Clears away what nobody asks for any more, a page at a time. Issuing goes on meanwhile; stopped or crashed, it begins again
 * where there is something left.
 */
final class Tidying {
    private static final int PAGE = 64;

    private final AcmeStore store;
    private final Desk desk;

    Tidying(AcmeStore store, Desk desk) {
        this.store = store;
        this.desk = desk;
    }

    /**
     * One pass.
     *
     * @param orderBuffer how long an order is kept after its certificate has ended, or after its own end without one
     * @param accountBuffer how old an account without orders must be to be revoked, and how long it then stays
     * @param goOn asked between accounts
     */
    Acme.Tidied tidy(Duration orderBuffer, Duration accountBuffer, BooleanSupplier goOn) {
        Acme.Tidied sum = new Acme.Tidied(0, 0, 0);
        String after = "";
        List<String> page;
        do {
            page = store.accounts(after, PAGE);
            for (String id : page) {
                if (!goOn.getAsBoolean()) {
                    return sum;
                }
                long orders = orders(id, desk.now().minus(orderBuffer));
                sum = sum.and(new Acme.Tidied(orders, 0, 0)).and(account(id, accountBuffer));
                after = id;
            }
        } while (page.size() == PAGE);
        return sum;
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

    private static Instant end(Order order) {
        return order.valid() ? order.certificateEnds() : order.expires();
    }

    private Acme.Tidied account(String id, Duration buffer) {
        Instant before = desk.now().minus(buffer);
        return store.transact(changes -> {
            boolean idle = changes.orderless(id);
            return changes.account(id)
                    .filter(account -> idle)
                    .map(account -> ended(changes, account, before))
                    .orElseGet(() -> new Acme.Tidied(0, 0, 0));
        });
    }

    private Acme.Tidied ended(Changes changes, Account account, Instant before) {
        boolean valid = account.status() == Account.Status.VALID;
        Instant since = valid ? account.created() : account.ended();
        if (!since.isBefore(before)) {
            return new Acme.Tidied(0, 0, 0);
        }
        if (valid) {
            changes.put(account.ended(Account.Status.REVOKED, desk.now()));
            return new Acme.Tidied(0, 1, 0);
        }
        changes.delete(account);
        return new Acme.Tidied(0, 0, 1);
    }
}

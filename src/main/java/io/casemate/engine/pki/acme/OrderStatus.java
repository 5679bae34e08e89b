package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Order;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** How an order stands (RFC 8555 section 7.1.6): what follows from its certificate, its authorizations and the time. */
enum OrderStatus {
    /** Something is still to be proven. */
    PENDING,
    /** Everything is proven. */
    READY,
    /** There is a certificate. */
    VALID,
    /** There will be none. */
    INVALID;

    static OrderStatus of(AcmeStore store, String account, Order order, Instant now) {
        return of(id -> store.authorization(account, id), order, now);
    }

    /** The same where {@code authorizations} finds those of the order's account. */
    static OrderStatus of(Function<String, Optional<Authorization>> authorizations, Order order, Instant now) {
        if (order.valid()) {
            return VALID;
        }
        if (!order.expires().isAfter(now)) {
            return INVALID;
        }
        List<Optional<Authorization>> all =
                order.authorizations().stream().map(authorizations).toList();
        boolean lost = all.stream()
                .anyMatch(each ->
                        each.isEmpty() || (!each.get().holds(now) && !each.get().open(now)));
        boolean proven =
                all.stream().allMatch(each -> each.isPresent() && each.get().holds(now));
        return lost ? INVALID : proven ? READY : PENDING;
    }

    /** As in an order. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.casemate.engine.pki.acme;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.Door.By;
import io.casemate.engine.pki.acme.Visit.Signed;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Accounts (RFC 8555 section 7.3): made with a key, changed and ended by it. */
final class AccountEndpoints {
    private static final int PAGE = 100;

    private final Door door;
    private final AcmeStore store;
    private final Desk desk;
    private final Bindings bindings;

    AccountEndpoints(Door door, AcmeStore store, Desk desk, Bindings bindings) {
        this.door = door;
        this.store = store;
        this.desk = desk;
        this.bindings = bindings;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                door.post(prefix, "new-account", "Makes an account, or finds the one a key has.", By.KEY, this::make),
                door.post(prefix, "account/{kid}", "Reads, changes or ends an account.", By.ACCOUNT, this::change),
                door.post(prefix, "orders", "Lists an account's orders.", By.ACCOUNT, signed -> orders(signed, "")),
                door.post(
                        prefix,
                        "orders/{after}",
                        "Lists the orders after one of them.",
                        By.ACCOUNT,
                        signed -> orders(signed, signed.visit().id("after"))));
    }

    private Response make(Signed signed) {
        Visit visit = signed.visit();
        visit.requireGround();
        Map<String, Object> wanted = signed.demands();
        Optional<Account> existing = existing(signed);
        if (existing.isPresent()) {
            return shown(visit, valid(existing.get()), 200);
        }
        if (Boolean.TRUE.equals(wanted.get("onlyReturnExisting"))) {
            throw Kind.ACCOUNT_DOES_NOT_EXIST.because("this key has no account at this directory");
        }
        boolean agreed = agreed(visit, wanted);
        List<String> contacts = Contacts.of(wanted).orElse(List.of());
        String eab = bindings.passed(visit, signed.key(), wanted.get("externalAccountBinding"));
        Account account = new Account(
                Ids.uuid(desk.context().random()).toString(),
                visit.directory().name(),
                Account.Status.VALID,
                signed.key(),
                contacts,
                agreed,
                eab,
                desk.now(),
                Instant.EPOCH);
        return store.transact(changes -> {
            if (changes.taken(account.thumbprint(), account.directory())) {
                throw Kind.SERVER_INTERNAL.because(409, "the same key asks for two accounts at once: ask again");
            }
            if (!eab.isEmpty() && !changes.take(eab)) {
                throw Kind.UNAUTHORIZED.because("the external account binding was used meanwhile");
            }
            changes.put(account);
            return shown(visit, account, 201);
        });
    }

    /** Whether the client agrees to the terms, if there are any; where there are, it has to. */
    private static boolean agreed(Visit visit, Map<String, Object> wanted) {
        boolean agreed = Boolean.TRUE.equals(wanted.get("termsOfServiceAgreed"));
        visit.settings().terms().filter(url -> !agreed).ifPresent(url -> {
            throw Kind.USER_ACTION_REQUIRED
                    .because("a new account has to agree to the terms of service at " + url)
                    .with("instance", url)
                    .header("Link", Door.link(url, "terms-of-service"));
        });
        return agreed;
    }

    private Optional<Account> existing(Signed signed) {
        return store.byKey(
                        JwkThumbprint.of(signed.key()),
                        signed.visit().directory().name())
                .flatMap(store::account);
    }

    private static Account valid(Account account) {
        if (account.status() != Account.Status.VALID) {
            throw Kind.UNAUTHORIZED.because("the account of this key has ended");
        }
        return account;
    }

    private Response change(Signed signed) {
        Account account = own(signed);
        Optional<Map<String, Object>> wishes = signed.wishes();
        if (wishes.isEmpty()) {
            return shown(signed.visit(), account, 200);
        }
        Map<String, Object> wanted = wishes.get();
        boolean ends = wanted.containsKey("status");
        if (ends && !"deactivated".equals(wanted.get("status"))) {
            throw Kind.MALFORMED.because("the only status that an account can be given is 'deactivated'");
        }
        Optional<List<String>> contacts = Contacts.of(wanted);
        return store.transact(changes -> {
            Account now = valid(changes.account(account.id()).orElse(account));
            Account changed = ends
                    ? now.ended(Account.Status.DEACTIVATED, desk.now())
                    : contacts.map(now::contacts).orElse(now);
            changes.put(changed);
            return shown(signed.visit(), changed, 200);
        });
    }

    /** The account in the path, which must be the one that signed. */
    private static Account own(Signed signed) {
        if (!signed.owner().id().equals(signed.visit().id("kid"))) {
            throw Kind.UNAUTHORIZED.because("this is the account of another key");
        }
        return signed.owner();
    }

    private Response orders(Signed signed, String after) {
        signed.mustRead();
        Visit visit = signed.visit();
        List<String> ids = store.orders(signed.owner().id(), after, PAGE);
        Response response = Response.plain(Map.of(
                "orders", ids.stream().map(id -> visit.url("order/" + id)).toList()));
        return ids.size() < PAGE
                ? response
                : response.header("Link", Door.link(visit.url("orders/" + ids.getLast()), "next"));
    }

    private static Response shown(Visit visit, Account account, int status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", account.status().name().toLowerCase(Locale.ROOT));
        members.put("contact", account.contacts());
        members.put("termsOfServiceAgreed", account.termsAgreed());
        members.put("orders", visit.url("orders"));
        return Response.plain(members).status(status).header("Location", visit.url("account/" + account.id()));
    }
}

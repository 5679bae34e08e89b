package io.casemate.engine.pki.acme;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.RequestVerifier.By;
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

    private final RequestVerifier verifier;
    private final AcmeStore store;
    private final MountServices services;
    private final ExternalAccountBindings bindings;

    AccountEndpoints(
            RequestVerifier verifier, AcmeStore store, MountServices services, ExternalAccountBindings bindings) {
        this.verifier = verifier;
        this.store = store;
        this.services = services;
        this.bindings = bindings;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                verifier.post(
                        prefix, "new-account", "Makes an account, or finds the one a key has.", By.KEY, this::make),
                verifier.post(prefix, "account/{kid}", "Reads, changes or ends an account.", By.ACCOUNT, this::change),
                verifier.post(prefix, "orders", "Lists an account's orders.", By.ACCOUNT, signed -> orders(signed, "")),
                verifier.post(
                        prefix,
                        "orders/{after}",
                        "Lists the orders after one of them.",
                        By.ACCOUNT,
                        signed -> orders(signed, signed.incoming().id("after"))));
    }

    private Response make(Signed signed) {
        AcmeRequest incoming = signed.incoming();
        incoming.requirePolicy();
        Map<String, Object> wanted = signed.demands();
        Optional<Account> existing = existing(signed);
        if (existing.isPresent()) {
            return shown(incoming, valid(existing.get()), 200);
        }
        if (Boolean.TRUE.equals(wanted.get("onlyReturnExisting"))) {
            throw ProblemType.ACCOUNT_DOES_NOT_EXIST.because("this key has no account at this directory");
        }
        boolean agreed = agreed(incoming, wanted);
        List<String> contacts = Contacts.of(wanted).orElse(List.of());
        String eab = bindings.passed(incoming, signed.key(), wanted.get("externalAccountBinding"));
        Account account = new Account(
                Ids.uuid(services.context().random()).toString(),
                incoming.directory().name(),
                Account.Status.VALID,
                signed.key(),
                contacts,
                agreed,
                eab,
                services.now(),
                Instant.EPOCH);
        return store.transact(changes -> {
            if (changes.taken(account.thumbprint(), account.directory())) {
                throw ProblemType.SERVER_INTERNAL.because(409, "the same key asks for two accounts at once: ask again");
            }
            if (!eab.isEmpty() && !changes.take(eab)) {
                throw ProblemType.UNAUTHORIZED.because("the external account binding was used meanwhile");
            }
            changes.put(account);
            return shown(incoming, account, 201);
        });
    }

    /** Whether the client agrees to the terms, if there are any; where there are, it has to. */
    private static boolean agreed(AcmeRequest incoming, Map<String, Object> wanted) {
        boolean agreed = Boolean.TRUE.equals(wanted.get("termsOfServiceAgreed"));
        incoming.settings().terms().filter(url -> !agreed).ifPresent(url -> {
            throw ProblemType.USER_ACTION_REQUIRED
                    .because("a new account has to agree to the terms of service at " + url)
                    .with("instance", url)
                    .header("Link", RequestVerifier.link(url, "terms-of-service"));
        });
        return agreed;
    }

    private Optional<Account> existing(Signed signed) {
        return store.byKey(
                        JwkThumbprint.of(signed.key()),
                        signed.incoming().directory().name())
                .flatMap(store::account);
    }

    private static Account valid(Account account) {
        if (account.status() != Account.Status.VALID) {
            throw ProblemType.UNAUTHORIZED.because("the account of this key has ended");
        }
        return account;
    }

    private Response change(Signed signed) {
        Account account = own(signed);
        Optional<Map<String, Object>> wishes = signed.wishes();
        if (wishes.isEmpty()) {
            return shown(signed.incoming(), account, 200);
        }
        Map<String, Object> wanted = wishes.get();
        boolean ends = wanted.containsKey("status");
        if (ends && !"deactivated".equals(wanted.get("status"))) {
            throw ProblemType.MALFORMED.because("the only status that an account can be given is 'deactivated'");
        }
        Optional<List<String>> contacts = Contacts.of(wanted);
        return store.transact(changes -> {
            Account now = valid(changes.account(account.id()).orElse(account));
            Account changed = ends
                    ? now.ended(Account.Status.DEACTIVATED, services.now())
                    : contacts.map(now::contacts).orElse(now);
            changes.put(changed);
            return shown(signed.incoming(), changed, 200);
        });
    }

    /** The account in the path, which must be the one that signed. */
    private static Account own(Signed signed) {
        if (!signed.owner().id().equals(signed.incoming().id("kid"))) {
            throw ProblemType.UNAUTHORIZED.because("this is the account of another key");
        }
        return signed.owner();
    }

    private Response orders(Signed signed, String after) {
        signed.mustRead();
        AcmeRequest incoming = signed.incoming();
        List<String> ids = store.orders(signed.owner().id(), after, PAGE);
        Response response = Response.plain(Map.of(
                "orders", ids.stream().map(id -> incoming.url("order/" + id)).toList()));
        return ids.size() < PAGE
                ? response
                : response.header("Link", RequestVerifier.link(incoming.url("orders/" + ids.getLast()), "next"));
    }

    private static Response shown(AcmeRequest incoming, Account account, int status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", account.status().name().toLowerCase(Locale.ROOT));
        members.put("contact", account.contacts());
        members.put("termsOfServiceAgreed", account.termsAgreed());
        members.put("orders", incoming.url("orders"));
        return Response.plain(members).status(status).header("Location", incoming.url("account/" + account.id()));
    }
}

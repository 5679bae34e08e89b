package io.casemate.engine.pki.acme.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the ACME servers of a mount keep: a small record each (docs/formats/pki-acme.md). Orders and authorizations lie below
 * their account, so that nobody finds those of another by their id.
 */
public final class AcmeStore {
    private static final String ACCOUNT = "acme/account/";
    private static final String KEY = "acme/key/";
    private static final String ORDER = "acme/order/";
    private static final String AUTHORIZATION = "acme/authorization/";
    private static final String HELD = "acme/held/";
    private static final String LOOK = "acme/look/";
    private static final String EAB = "acme/eab/";
    private static final String CERTIFICATE = "acme/certificate/";
    private static final String OPEN = "acme/open/";
    private static final String BEFORE = "acme/before/";
    private static final String POINTED = "authorization";

    private final View view;

    /** Records on {@code view}. */
    public AcmeStore(View view) {
        this.view = view;
    }

    /** A challenge that the server has promised to look at. */
    public record Look(String account, String authorization, String type) {}

    /** Changes several records as one. */
    public <T> T transact(Function<Changes, T> work) {
        return view.transact(editor -> work.apply(new Changes(editor)));
    }

    /** The account with this id. */
    public Optional<Account> account(String id) {
        return read(ACCOUNT + id, id, Account::of);
    }

    /** The id of the account that has this key at this directory. */
    public Optional<String> byKey(String thumbprint, String directory) {
        return read(KEY + thumbprint + "/" + directory, "", (_, members) -> members.text("account"));
    }

    /** Ids of accounts, in order. */
    public List<String> accounts(String after, int limit) {
        return view.children(ACCOUNT, after, limit);
    }

    /** An account's order. */
    public Optional<Order> order(String account, String id) {
        return read(ORDER + account + "/" + id, id, Order::of);
    }

    /** Ids of an account's orders, in order. */
    public List<String> orders(String account, String after, int limit) {
        return view.children(ORDER + account + "/", after, limit);
    }

    /** An account's authorization. */
    public Optional<Authorization> authorization(String account, String id) {
        return read(AUTHORIZATION + account + "/" + id, id, Authorization::of);
    }

    /** The authorization by which an account last proved to hold an identifier. */
    public Optional<Authorization> held(String account, Identifier identifier) {
        return pointed(heldKey(account, identifier)).flatMap(id -> authorization(account, id));
    }

    /** Ids of an account's orders that had no certificate when they were last looked at. */
    public List<String> open(String account, int limit) {
        return view.children(OPEN + account + "/", "", limit);
    }

    /** When one of them ends at the latest; long ago when the order is gone. */
    public Instant openUntil(String account, String order) {
        // Records of earlier releases do not tell: then the order does.
        return read(OPEN + account + "/" + order, "", (_, members) -> members.timeIfAny("expires"))
                .flatMap(expires -> expires)
                .or(() -> order(account, order).map(Order::expires))
                .orElse(Instant.EPOCH);
    }

    /** The authorization that an account asked for before there was an order for the identifier. */
    public Optional<Authorization> before(String account, Identifier identifier) {
        return pointed(beforeKey(account, identifier)).flatMap(id -> authorization(account, id));
    }

    /** Those of an account, whatever became of them, by the names that they are for; empty where one is gone. */
    public Map<String, Optional<Authorization>> allBefore(String account, String after, int limit) {
        Map<String, Optional<Authorization>> found = new LinkedHashMap<>();
        view.children(BEFORE + account + "/", after, limit)
                .forEach(name -> found.put(
                        name, pointed(BEFORE + account + "/" + name).flatMap(id -> authorization(account, id))));
        return found;
    }

    /** Challenges that are to be looked at, in the order of their authorizations' ids. */
    public List<String> looks(String after, int limit) {
        return view.children(LOOK, after, limit);
    }

    /** One of them. */
    public Optional<Look> look(String authorization) {
        return read(
                LOOK + authorization,
                authorization,
                (id, members) -> new Look(members.text("account"), id, members.text("type")));
    }

    /** The binding with this id. */
    public Optional<Eab> eab(String id) {
        return read(EAB + id, id, Eab::of);
    }

    /** Ids of bindings that nobody has used, in order. */
    public List<String> eabs(String after, int limit) {
        return view.children(EAB, after, limit);
    }

    /** Whose the certificate with this serial number is. */
    public Optional<Owner> owner(String serial) {
        return read(CERTIFICATE + serial, serial, (id, members) -> Owner.of(members));
    }

    /** The authorization that a record only points to. */
    private Optional<String> pointed(String key) {
        return read(key, "", (_, members) -> members.text(POINTED));
    }

    private <T> Optional<T> read(String key, String id, BiFunction<String, Members, T> make) {
        return view.get(key).map(stored -> make.apply(id, members(key, stored)));
    }

    private static Members members(String key, byte[] stored) {
        return Members.read("the record " + key, stored);
    }

    private static String heldKey(String account, Identifier identifier) {
        return HELD + account + "/" + identifier.canonical();
    }

    private static String beforeKey(String account, Identifier identifier) {
        return BEFORE + account + "/" + identifier.canonical();
    }

    /** What a transaction may do; reads see its own writes. */
    public record Changes(Editor editor) {
        /** Writes an account, and where its key leads to. */
        public void put(Account account) {
            put(ACCOUNT + account.id(), account.members());
            put(KEY + account.thumbprint() + "/" + account.directory(), Map.of("account", account.id()));
        }

        /** Whether a key has an account at a directory. */
        public boolean taken(String thumbprint, String directory) {
            return editor.get(KEY + thumbprint + "/" + directory).isPresent();
        }

        /** The account as it is now. */
        public Optional<Account> account(String id) {
            return read(ACCOUNT + id, id, Account::of);
        }

        /** Lets go of an account's key. */
        public void forgetKey(Account account) {
            editor.delete(KEY + account.thumbprint() + "/" + account.directory());
        }

        /** Removes what an account without orders has left, {@code most} records of each kind; false when that was nothing. */
        public boolean clear(String account, int most) {
            List<String> authorizations = editor.list(AUTHORIZATION + account + "/", "", most);
            authorizations.forEach(key -> editor.delete(LOOK + key.substring(key.lastIndexOf('/') + 1)));
            List<String> all = Stream.of(HELD, BEFORE, OPEN)
                    .flatMap(folder -> editor.list(folder + account + "/", "", most).stream())
                    .toList();
            authorizations.forEach(editor::delete);
            all.forEach(editor::delete);
            return !authorizations.isEmpty() || !all.isEmpty();
        }

        /** Removes an account and its key. */
        public void delete(Account account) {
            forgetKey(account);
            editor.delete(ACCOUNT + account.id());
        }

        /** Writes an order; it is open until it has its certificate. */
        public void put(String account, Order order) {
            put(ORDER + account + "/" + order.id(), order.members());
            if (order.valid()) {
                closed(account, order.id());
            } else {
                put(
                        OPEN + account + "/" + order.id(),
                        Map.of("expires", order.expires().getEpochSecond()));
            }
        }

        /** The order as it is now. */
        public Optional<Order> order(String account, String id) {
            return read(ORDER + account + "/" + id, id, Order::of);
        }

        /** The order is not open any more. */
        public void closed(String account, String order) {
            editor.delete(OPEN + account + "/" + order);
        }

        /** Writes an authorization that no order has asked for, in place of the one before. */
        public void putBefore(String account, Authorization authorization) {
            deleteBefore(account, authorization.identifier().canonical());
            put(account, authorization);
            put(beforeKey(account, authorization.identifier()), Map.of(POINTED, authorization.id()));
        }

        /** Removes one by the name that it is for. */
        public void deleteBefore(String account, String name) {
            String key = BEFORE + account + "/" + name;
            pointed(key).ifPresent(id -> delete(account, id));
            editor.delete(key);
        }

        /** Whether an account has no order. */
        public boolean orderless(String account) {
            return editor.list(ORDER + account + "/", "", 1).isEmpty();
        }

        /** Removes an order with its own authorizations. */
        public void delete(String account, Order order) {
            order.authorizations().stream().filter(id -> !isBefore(account, id)).forEach(id -> delete(account, id));
            closed(account, order.id());
            if (order.valid()) {
                editor.delete(CERTIFICATE + order.serial());
            }
            editor.delete(ORDER + account + "/" + order.id());
        }

        /** Writes an authorization; a valid one is what the account holds its identifier by. */
        public void put(String account, Authorization authorization) {
            put(AUTHORIZATION + account + "/" + authorization.id(), authorization.members());
            if (authorization.status() == Authorization.Status.VALID) {
                put(heldKey(account, authorization.identifier()), Map.of(POINTED, authorization.id()));
            }
        }

        /** The authorization as it is now. */
        public Optional<Authorization> authorization(String account, String id) {
            return read(AUTHORIZATION + account + "/" + id, id, Authorization::of);
        }

        /** Promises to look at a challenge. */
        public void promise(Look look) {
            put(LOOK + look.authorization(), Map.of("account", look.account(), "type", look.type()));
        }

        /** The promise was kept. */
        public void kept(String authorization) {
            editor.delete(LOOK + authorization);
        }

        /** Writes a binding. */
        public void put(Eab eab) {
            put(EAB + eab.id(), eab.members());
        }

        /** Uses up or removes a binding; false when it is gone already. */
        public boolean take(String eab) {
            boolean there = editor.get(EAB + eab).isPresent();
            editor.delete(EAB + eab);
            return there;
        }

        /** Writes whose a certificate is. */
        public void put(String serial, Owner owner) {
            put(CERTIFICATE + serial, owner.members());
        }

        /** Whose it is now. */
        public Optional<Owner> owner(String serial) {
            return read(CERTIFICATE + serial, serial, (id, members) -> Owner.of(members));
        }

        private void delete(String account, String authorization) {
            String key = AUTHORIZATION + account + "/" + authorization;
            read(key, authorization, Authorization::of).ifPresent(gone -> forgetHeld(account, gone));
            editor.delete(key);
            editor.delete(LOOK + authorization);
        }

        private boolean isBefore(String account, String id) {
            return authorization(account, id)
                    .flatMap(each -> pointed(beforeKey(account, each.identifier())))
                    .filter(id::equals)
                    .isPresent();
        }

        private void forgetHeld(String account, Authorization gone) {
            String key = heldKey(account, gone.identifier());
            pointed(key).filter(gone.id()::equals).ifPresent(_ -> editor.delete(key));
        }

        private Optional<String> pointed(String key) {
            return read(key, "", (_, members) -> members.text(POINTED));
        }

        private <T> Optional<T> read(String key, String id, BiFunction<String, Members, T> make) {
            return editor.get(key).map(stored -> make.apply(id, members(key, stored)));
        }

        private void put(String key, Map<String, Object> members) {
            editor.put(key, JsonRecord.of(members));
        }
    }
}

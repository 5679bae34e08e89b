package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.JsonRecord;
import io.casemate.token.TokenTraits.Login;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Where tokens and their indexes lie in the view, and how they change together; docs/formats/token.md. */
final class TokenRecords {
    static final String ID = "id/";
    static final String ACCESSOR = "accessor/";
    static final String PARENT = "parent/";
    static final String EXPIRY = "expiry/";
    static final String DOOMED = "doomed/";
    static final String MOUNT = "mount/";
    static final String GONE = "gone/";
    static final String LEASE = "lease/";

    /** Paths beyond it, in characters, are in no list of leases: a name in the store has its limits. */
    private static final int LONGEST_LISTED = 1000;

    private static final byte[] LINK = {1};

    private TokenRecords() {}

    static Optional<TokenEntry> read(View view, String key) {
        return view.get(ID + key).map(stored -> TokenCodec.decode(key, stored));
    }

    static Optional<TokenEntry> read(Editor editor, String key) {
        return editor.get(ID + key).map(stored -> TokenCodec.decode(key, stored));
    }

    static void add(Editor editor, TokenEntry entry, String accessorKey) {
        Map<String, Object> pointer = Map.of("accessor", entry.accessor(), "key", entry.key());
        editor.put(ACCESSOR + accessorKey, JsonRecord.of(pointer));
        if (!entry.orphan()) {
            editor.put(child(entry.parent(), entry.key()), LINK.clone());
        }
        entry.traits().login().ifPresent(login -> editor.put(made(login, entry.key()), LINK.clone()));
        if (listed(entry) && entry.life().expires().isPresent()) {
            editor.put(LEASE + leaseId(entry), LINK.clone());
        }
        put(editor, entry);
    }

    /** Writes the entry and its place in the expiry index; {@code before} gives that up. */
    static void replace(Editor editor, TokenEntry before, TokenEntry after) {
        before.life().expires().ifPresent(at -> editor.delete(expiry(at, before.key())));
        put(editor, after);
    }

    /** Takes the entry and all that points to it, but not what points from its children. */
    static void remove(Editor editor, TokenEntry entry, String accessorKey) {
        editor.delete(ID + entry.key());
        editor.delete(ACCESSOR + accessorKey);
        entry.life().expires().ifPresent(at -> editor.delete(expiry(at, entry.key())));
        if (!entry.orphan()) {
            editor.delete(child(entry.parent(), entry.key()));
        }
        entry.traits().login().ifPresent(login -> editor.delete(made(login, entry.key())));
        if (listed(entry)) {
            editor.delete(LEASE + leaseId(entry));
        }
    }

    /** A token that ends is a lease by this name. */
    static String leaseId(TokenEntry entry) {
        return entry.traits().path() + "/h" + entry.key();
    }

    private static boolean listed(TokenEntry entry) {
        return entry.traits().path().length() <= LONGEST_LISTED;
    }

    static String child(String parent, String key) {
        return PARENT + parent + "/" + key;
    }

    private static String made(Login login, String key) {
        return madeBy(login.mount(), login.role()) + key;
    }

    /** What the places of logins through {@code mount} by the role of that storage key begin with. */
    static String madeBy(String mount, String role) {
        return MOUNT + mount + "/" + (role.isEmpty() ? "" : role + "/");
    }

    /** Sorts by time: twelve decimal digits of seconds since 1970. */
    static String expiry(Instant at, String key) {
        return EXPIRY + String.format("%012d", Math.max(0, at.getEpochSecond())) + "/" + key;
    }

    private static void put(Editor editor, TokenEntry entry) {
        entry.life().expires().ifPresent(at -> editor.put(expiry(at, entry.key()), LINK.clone()));
        editor.put(ID + entry.key(), TokenCodec.encode(entry));
    }
}

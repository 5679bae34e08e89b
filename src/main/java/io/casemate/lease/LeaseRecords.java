package io.casemate.lease;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import java.time.Instant;
import java.util.Optional;

/** Where leases and their indexes lie in the view, and how they change together; docs/formats/leases.md. */
final class LeaseRecords {
    static final String ID = "id/";
    static final String EXPIRY = "expiry/";
    static final String TOKEN = "token/";
    static final String MOUNT = "mount/";
    static final String IRREVOCABLE = "irrevocable/";
    static final String GONE = "gone/";

    private static final byte[] LINK = {1};
    private static final int TIME_LENGTH = 12;

    private LeaseRecords() {}

    static Optional<LeaseEntry> read(View view, String id) {
        return view.get(ID + id).map(stored -> LeaseCodec.decode(id, stored));
    }

    static Optional<LeaseEntry> read(Editor editor, String id) {
        return editor.get(ID + id).map(stored -> LeaseCodec.decode(id, stored));
    }

    /** Writes a new one with its places in the indexes. */
    static void add(Editor editor, LeaseEntry entry) {
        editor.put(made(entry), LINK.clone());
        put(editor, entry);
    }

    /** Writes one in place of {@code before}, which was read in the same transaction. */
    static void replace(Editor editor, LeaseEntry before, LeaseEntry after) {
        clear(editor, before);
        put(editor, after);
    }

    /** Takes one, which was read in the same transaction, and all that points to it. */
    static void remove(Editor editor, LeaseEntry entry) {
        clear(editor, entry);
        editor.delete(made(entry));
        editor.delete(ID + entry.id());
    }

    /** When the server has to act on what an entry of the expiry index names. */
    static Instant due(String place) {
        return Instant.ofEpochSecond(Long.parseLong(place.substring(EXPIRY.length(), EXPIRY.length() + TIME_LENGTH)));
    }

    /** The lease that an entry of the expiry index names. */
    static String id(String place) {
        return place.substring(EXPIRY.length() + TIME_LENGTH + 1);
    }

    private static void put(Editor editor, LeaseEntry entry) {
        editor.put(ID + entry.id(), LeaseCodec.encode(entry));
        editor.put(place(entry), LINK.clone());
        if (!entry.token().isEmpty()) {
            editor.put(tied(entry), LINK.clone());
        }
    }

    private static void clear(Editor editor, LeaseEntry entry) {
        editor.delete(place(entry));
        if (!entry.token().isEmpty()) {
            editor.delete(tied(entry));
        }
    }

    /** Sorts by time: twelve decimal digits of seconds since 1970. */
    private static String place(LeaseEntry entry) {
        return entry.ending()
                .due()
                .map(at -> EXPIRY + String.format("%012d", Math.max(0, at.getEpochSecond())) + "/" + entry.id())
                .orElse(IRREVOCABLE + entry.id());
    }

    private static String tied(LeaseEntry entry) {
        return TOKEN + entry.token() + "/" + entry.id();
    }

    private static String made(LeaseEntry entry) {
        return MOUNT + entry.mount() + "/" + entry.id();
    }
}

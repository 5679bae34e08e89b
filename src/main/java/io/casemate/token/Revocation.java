package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Ends tokens and, with them, all that they made, however many: step by step through a list on disk, with transactions of
 * bounded size and memory of bounded size.
 *
 * <p>A token that ends is deleted and, unless nothing hangs on it, noted under {@code doomed/} in one transaction. The note stays
 * until the last child link is gone. So at every moment, also after a crash, a living child has either a living parent or a noted one, and
 * {@link #resume} finishes what was begun. No child can join meanwhile: making one checks for its ancestors in its own
 * transaction.
 *
 * <p>A damaged record keeps nobody else alive: a token whose record cannot be read is passed over where its own time is over, and
 * taken away with whatever it hangs on.
 */
final class Revocation {
    /** What becomes of the children. */
    enum Children {
        /** They end too, and theirs. */
        END((byte) 't'),
        /** They live on as orphans. */
        CUT_LOOSE((byte) 'o');

        private final byte mark;

        Children(byte mark) {
            this.mark = mark;
        }
    }

    /**
     * Whoever keeps things with tokens.
     *
     * @param within removes them in the transaction that ends the token, if they are few and nobody has to be asked; false leaves
     *     them to {@code ended}
     * @param ended is told the token's key before it is forgotten, at least once
     */
    private record Listener(BiPredicate<Editor, String> within, Consumer<String> ended) {}

    private static final System.Logger LOG = System.getLogger("casemate.token");
    private static final int ITEMS = 32;
    private static final int STEP = 128;
    private static final int TOLD = 1000;

    private final View storage;
    private final Function<String, String> accessorKey;
    private final Consumer<String> forget;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * On the store's view.
     *
     * @param accessorKey turns an accessor into its storage key
     * @param forget drops a token from the cache
     */
    Revocation(View storage, Function<String, String> accessorKey, Consumer<String> forget) {
        this.storage = storage;
        this.accessorKey = accessorKey;
        this.forget = forget;
    }

    void onEnded(BiPredicate<Editor, String> within, Consumer<String> ended) {
        listeners.add(new Listener(within, ended));
    }

    /** Ends {@code key} if it is there and {@code wanted}; returns when the whole tree is done. */
    boolean revoke(String key, Children children, java.util.function.Predicate<TokenEntry> wanted) {
        boolean begun;
        try {
            begun = storage.transact(editor -> {
                Optional<TokenEntry> entry = TokenRecords.read(editor, key).filter(wanted);
                entry.ifPresent(there -> endFirst(editor, there, children));
                return entry.isPresent();
            });
        } finally {
            forget.accept(key);
        }
        finish(key);
        return begun;
    }

    /** Ends every token that logins through {@code mount} made; nobody can log in there any more. */
    void revokeMount(String mount) {
        String made = TokenRecords.MOUNT + mount + "/";
        for (List<String> page = storage.list(made, "", ITEMS); !page.isEmpty(); page = storage.list(made, "", ITEMS)) {
            List<String> links = page;
            List<String> keys = page.stream()
                    .map(link -> link.substring(link.lastIndexOf('/') + 1))
                    .toList();
            try {
                storage.transact(editor -> {
                    keys.forEach(key -> end(editor, key, mount));
                    links.forEach(editor::delete);
                    return null;
                });
            } finally {
                keys.forEach(forget);
            }
            finish(mount);
        }
    }

    /** Finishes revocations that were cut short. */
    void resume() {
        for (List<String> open = first(); !open.isEmpty(); open = first()) {
            finish(open.getFirst().split("/")[1]);
        }
    }

    /**
     * Refuses a new child of a token whose tree is being ended.
     *
     * @throws io.casemate.kernel.FaultException {@code PermissionDenied}
     */
    void checkLineage(Editor editor, TokenEntry parent) {
        if (editor.list(TokenRecords.DOOMED, "", 1).isEmpty()) {
            return;
        }
        for (String above = parent.parent(); !above.isEmpty(); ) {
            Optional<TokenEntry> ancestor = TokenRecords.read(editor, above);
            if (ancestor.isEmpty() && !cutLoose(editor, above)) {
                throw new Fault.PermissionDenied().asException();
            }
            above = ancestor.map(TokenEntry::parent).orElse("");
        }
    }

    private List<String> first() {
        return storage.list(TokenRecords.DOOMED, "", 1);
    }

    private void finish(String root) {
        String folder = TokenRecords.DOOMED + root + "/";
        for (List<String> items = storage.list(folder, "", ITEMS);
                !items.isEmpty();
                items = storage.list(folder, "", ITEMS)) {
            List<String> page = items;
            page.forEach(item -> listeners.forEach(each -> each.ended().accept(item.substring(folder.length()))));
            List<String> touched = new ArrayList<>();
            try {
                storage.transact(editor -> {
                    step(editor, root, page, touched);
                    return null;
                });
            } finally {
                touched.forEach(forget);
            }
        }
    }

    private void step(Editor editor, String root, List<String> items, List<String> touched) {
        String folder = TokenRecords.DOOMED + root + "/";
        int budget = STEP;
        for (String item : items) {
            Optional<byte[]> mark = editor.get(item);
            if (mark.isEmpty() || budget == 0) {
                continue;
            }
            String parent = item.substring(folder.length());
            String links = TokenRecords.PARENT + parent + "/";
            List<String> children = editor.list(links, "", budget);
            for (String link : children) {
                String child = link.substring(links.length());
                touched.add(child);
                handle(editor, link, child, root, mark.get()[0]);
            }
            budget -= children.size();
            if (budget > 0) {
                editor.delete(item);
            }
        }
    }

    private void handle(Editor editor, String link, String child, String root, byte mark) {
        if (mark == Children.CUT_LOOSE.mark) {
            edit(editor, child, entry -> TokenRecords.replace(editor, entry, entry.orphaned()));
        } else {
            end(editor, child, root);
        }
        editor.delete(link);
    }

    /** What is damaged stays as it is: nobody can use it. */
    private void edit(Editor editor, String key, Consumer<TokenEntry> work) {
        try {
            TokenRecords.read(editor, key).ifPresent(work);
        } catch (FaultException e) {
            passOver(key, e);
        }
    }

    /** Of what is damaged only the record goes, and those it made; what else points to it leads nowhere then. */
    private void end(Editor editor, String key, String root) {
        try {
            TokenRecords.read(editor, key).ifPresent(entry -> doom(editor, entry, root, Children.END));
        } catch (FaultException e) {
            passOver(key, e);
            editor.delete(TokenRecords.ID + key);
            editor.put(TokenRecords.DOOMED + root + "/" + key, new byte[] {Children.END.mark});
        }
    }

    /** Throws whatever says more than that a single record is damaged. Tells of each once, not with every sweep. */
    private void passOver(String key, FaultException e) {
        if (!e.ofDamagedRecord()) {
            throw e;
        }
        if (told.size() >= TOLD || !told.add(key)) {
            return;
        }
        LOG.log(System.Logger.Level.ERROR, "the record of token " + key + " is damaged", e);
    }

    /** Most tokens made nothing that lasts: for them this is all, and no note is needed. */
    private void endFirst(Editor editor, TokenEntry entry, Children children) {
        String key = entry.key();
        boolean alone = editor.list(TokenRecords.PARENT + key + "/", "", 1).isEmpty()
                && listeners.stream().allMatch(each -> each.within().test(editor, key));
        if (alone) {
            TokenRecords.remove(editor, entry, accessorKey.apply(entry.accessor()));
        } else {
            doom(editor, entry, key, children);
        }
    }

    private void doom(Editor editor, TokenEntry entry, String root, Children children) {
        TokenRecords.remove(editor, entry, accessorKey.apply(entry.accessor()));
        editor.put(TokenRecords.DOOMED + root + "/" + entry.key(), new byte[] {children.mark});
    }

    private static boolean cutLoose(Editor editor, String key) {
        return editor.get(TokenRecords.DOOMED + key + "/" + key)
                .filter(mark -> mark[0] == Children.CUT_LOOSE.mark)
                .isPresent();
    }

    /** Ends at most {@code limit} tokens whose time is over, the first first, which is all that is looked at when none is due. */
    int expire(Instant now, int limit) {
        int ended = 0;
        int left = limit;
        String after = "";
        while (left > 0) {
            List<String> page = storage.list(TokenRecords.EXPIRY, after, after.isEmpty() ? 1 : left);
            if (page.isEmpty()) {
                return ended;
            }
            for (String place : page) {
                if (!due(place, now)) {
                    return ended;
                }
                Optional<Boolean> done = expire(place, now);
                left -= done.isPresent() ? 1 : 0;
                ended += done.orElse(false) ? 1 : 0;
            }
            after = page.getLast();
        }
        return ended;
    }

    private static boolean due(String place, Instant now) {
        return Long.parseLong(place.split("/")[1]) <= now.getEpochSecond();
    }

    /** Whether there was one to end; empty when its record is damaged. */
    private Optional<Boolean> expire(String place, Instant now) {
        String key = place.split("/")[2];
        try {
            boolean ended = revoke(key, Children.END, entry -> entry.life().over(now));
            if (!ended && storage.get(place).isPresent()) {
                forgetPlace(place, key);
            }
            return Optional.of(ended);
        } catch (FaultException e) {
            passOver(key, e);
            return Optional.empty();
        }
    }

    /** Where a token once had its place whose record was taken away damaged. */
    private void forgetPlace(String place, String key) {
        storage.transact(editor -> {
            if (TokenRecords.read(editor, key).isEmpty()) {
                editor.delete(place);
            }
            return null;
        });
    }
}

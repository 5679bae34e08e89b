package io.casemate.barrier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The plaintext side of the barrier, confined to one prefix: all the state an engine ever gets. Keys are relative to the
 * prefix. Every method throws {@code Fault.Sealed} while the barrier is shut.
 */
public interface View {
    /** The value, or empty. The array is the caller's own. */
    Optional<byte[]> get(String key);

    /** At most {@code limit} keys that start with {@code prefix}, in byte order, strictly after {@code after}. */
    List<String> list(String prefix, String after, int limit);

    /** Runs {@code work} atomically; durable when this returns, undone if it throws. See {@code Storage.transact}. */
    <T> T transact(Function<Editor, T> work);

    /** This view's part below {@code prefix} (which ends with a slash). */
    View below(String prefix);

    /** Writes one value, durably. */
    default void put(String key, byte[] value) {
        transact(editor -> {
            editor.put(key, value);
            return null;
        });
    }

    /** Deletes one value, durably. */
    default void delete(String key) {
        transact(editor -> {
            editor.delete(key);
            return null;
        });
    }

    /**
     * One level of the tree below {@code folder} (empty, or ending with a slash): names relative to it, those of
     * sub-folders ending with a slash, in byte order, after {@code after}. Costs one seek a name, whatever lies deeper.
     */
    default List<String> children(String folder, String after, int limit) {
        List<String> names = new ArrayList<>();
        String position = folder + after + (after.endsWith("/") ? LAST : "");
        while (names.size() < limit) {
            List<String> page = list(folder, position, Math.min(limit - names.size(), PAGE));
            if (page.isEmpty()) {
                break;
            }
            for (String key : page) {
                int slash = key.indexOf('/', folder.length());
                String name = slash < 0 ? key.substring(folder.length()) : key.substring(folder.length(), slash + 1);
                position = slash < 0 ? key : folder + name + LAST;
                names.add(name);
                if (slash >= 0) {
                    break;
                }
            }
        }
        return names;
    }

    /** Sorts after every character that a key can have. */
    String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

    /** Keys fetched at a time by {@link #children}. */
    int PAGE = 256;

    /** What a transaction may do; reads see its own writes. */
    interface Editor {
        /** The value, or empty. */
        Optional<byte[]> get(String key);

        /** As {@link View#list}, with this transaction's own writes. */
        List<String> list(String prefix, String after, int limit);

        /** Writes or overwrites. */
        void put(String key, byte[] value);

        /** Removes, if there. */
        void delete(String key);

        /** This same transaction on another view of the same barrier: what rooms do together, they do as one. */
        Editor on(View other);
    }
}

package io.casemate.engine.kv;

import io.casemate.barrier.View;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Paging;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Versions of paths on a view, as docs/formats/kv.md lays them out. A write costs the same whatever is there already;
 * each change is one transaction; readers take no lock.
 */
final class VersionStore {
    /** Versions removed in one transaction, so that no other writer waits long. */
    static final int BATCH = 500;

    private static final String CONFIG = "c";

    private final View view;
    private final InstantSource clock;

    VersionStore(View view, InstantSource clock) {
        this.view = view;
        this.clock = clock;
    }

    /** Whether a version 2 of the engine ever wrote to this view. */
    static boolean holdsSomething(View view) {
        return !view.list("m/", "", 1).isEmpty();
    }

    Limits mount() {
        return mount(view::get);
    }

    void mount(Limits limits) {
        view.put(CONFIG, Records.limits(limits));
    }

    Optional<KeyMetadata> metadata(String path) {
        return metadata(view::get, path);
    }

    /** The version {@code number} of {@code path}, 0 for the current one. */
    Optional<Version> read(String path, long number) {
        return read(view::get, path, number, false);
    }

    /** The state of every version kept, by number; of more than {@link Paging#MOST_DETAILED} those of the newest. */
    Map<Long, VersionState> states(String path, KeyMetadata metadata) {
        Map<Long, VersionState> states = new TreeMap<>();
        long oldest = Math.max(metadata.first(), metadata.current() - Paging.MOST_DETAILED + 1);
        for (long number = oldest; number <= metadata.current(); number++) {
            long each = number;
            state(view::get, path, metadata, each).ifPresent(state -> states.put(each, state));
        }
        return states;
    }

    List<String> names(String folder, String after, int limit) {
        return view.children("m/" + folder, after, limit);
    }

    /** All paths below {@code folder}, however deep. */
    List<String> paths(String folder, String after, int limit) {
        return KvPaths.below(view, "m/" + folder, after, limit);
    }

    /** Adds a version, if {@code guard} admits it on what is there; empty if not. */
    Optional<Version> write(String path, byte[] json, Guard guard) {
        return view.transact(editor -> write(editor, path, json, guard));
    }

    /**
     * Makes what version 1 of the engine had under {@code path} its first version, whatever the limits say of writes. False, and
     * nothing happens, when there are versions.
     */
    boolean adopt(View.Editor editor, String path, byte[] record) {
        byte[] json = Json.bytes(JsonRecord.read(record));
        return write(editor, path, json, (before, _) -> before.current() == 0).isPresent();
    }

    private Optional<Version> write(View.Editor editor, String path, byte[] json, Guard guard) {
        Instant now = clock.instant();
        Limits mount = mount(editor::get);
        KeyMetadata before = metadata(editor::get, path).orElseGet(() -> KeyMetadata.fresh(now));
        if (!guard.admits(before, mount)) {
            return Optional.empty();
        }
        VersionState state = new VersionState(now, before.limits().deletion(mount, now), false);
        KeyMetadata after = before.next(state, before.limits().keep(mount));
        before.state().ifPresent(old -> editor.put(stateKey(path, before.current()), Records.state(old)));
        prune(editor, path, before.first(), after.first());
        editor.put(dataKey(path, after.current()), Records.data(now, json));
        editor.put(metadataKey(path), Records.metadata(after));
        return Optional.of(new Version(after.current(), state, after.custom(), Optional.empty()));
    }

    /** Deletes, undeletes or destroys versions; those that are not there are passed over. */
    void change(String path, Change change, Function<KeyMetadata, Collection<Long>> which) {
        view.transact(editor -> {
            Optional<KeyMetadata> found = metadata(editor::get, path);
            if (found.isPresent()) {
                KeyMetadata metadata = found.get();
                for (long number : new TreeSet<>(which.apply(metadata))) {
                    metadata = changed(editor, path, metadata, number, change);
                }
                if (!metadata.equals(found.get())) {
                    editor.put(metadataKey(path), Records.metadata(metadata));
                }
            }
            return null;
        });
    }

    /** Sets what is noted of a path as a whole, made from what was there before. */
    void describe(String path, BiFunction<Optional<KeyMetadata>, Instant, KeyMetadata> description) {
        view.transact(editor -> {
            KeyMetadata described = description.apply(metadata(editor::get, path), clock.instant());
            editor.put(metadataKey(path), Records.metadata(described));
            return null;
        });
    }

    /** Removes a path with all its versions, in steps that each leave it consistent. */
    void remove(String path) {
        boolean left = true;
        while (left) {
            left = view.transact(editor -> metadata(editor::get, path)
                    .map(metadata -> removeSome(editor, path, metadata))
                    .orElse(false));
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Decides on a write by what is there before it; may throw to refuse it for good. */
    @FunctionalInterface
    interface Guard {
        boolean admits(KeyMetadata before, Limits mount);
    }

    /** What can be done to a version. */
    enum Change {
        DELETE,
        UNDELETE,
        DESTROY
    }

    private Optional<Version> read(Getter get, String path, long asked, boolean settled) {
        Optional<KeyMetadata> found = metadata(get, path);
        long number = found.isPresent() && asked == 0 ? found.get().current() : asked;
        if (found.isEmpty() || !found.get().holds(number)) {
            return Optional.empty();
        }
        KeyMetadata metadata = found.get();
        Optional<VersionState> state = state(get, path, metadata, number);
        boolean readable = state.isPresent() && state.get().readable(clock.instant());
        Optional<byte[]> json = readable
                ? get.get(dataKey(path, number))
                        .flatMap(data -> Records.data(data, state.get().created()))
                : Optional.empty();
        if (state.isPresent() && json.isPresent() == readable) {
            return Optional.of(new Version(number, state.get(), metadata.custom(), json));
        }
        if (settled) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a kv version's records do not match")
                    .asException();
        }
        return view.transact(editor -> read(editor::get, path, asked, true));
    }

    private KeyMetadata changed(View.Editor editor, String path, KeyMetadata metadata, long number, Change change) {
        Optional<VersionState> before =
                metadata.holds(number) ? state(editor::get, path, metadata, number) : Optional.empty();
        if (before.isEmpty() || before.get().destroyed()) {
            return metadata;
        }
        VersionState after =
                apply(change, before.get(), () -> metadata.limits().deletion(mount(editor::get), clock.instant()));
        if (after.destroyed()) {
            editor.delete(dataKey(path, number));
        }
        if (number == metadata.current()) {
            return metadata.with(after);
        }
        editor.put(stateKey(path, number), Records.state(after));
        return metadata;
    }

    /** @param expiry when a version made now would delete itself: undeleted ones live so long, and not for ever */
    private VersionState apply(Change change, VersionState before, Supplier<Optional<Instant>> expiry) {
        Instant now = clock.instant();
        return switch (change) {
            case DELETE -> before.deleted(now) ? before : before.deletedAt(now);
            case UNDELETE -> before.undeleted(expiry.get());
            case DESTROY -> before.destroy();
        };
    }

    private static boolean removeSome(View.Editor editor, String path, KeyMetadata metadata) {
        long end = Math.min(metadata.current() + 1, metadata.first() + BATCH);
        prune(editor, path, metadata.first(), end);
        if (end > metadata.current()) {
            editor.delete(metadataKey(path));
            return false;
        }
        editor.put(metadataKey(path), Records.metadata(metadata.withOldest(end)));
        return true;
    }

    private static void prune(View.Editor editor, String path, long from, long to) {
        for (long number = from; number < to; number++) {
            editor.delete(stateKey(path, number));
            editor.delete(dataKey(path, number));
        }
    }

    private static Limits mount(Getter get) {
        return get.get(CONFIG).map(Records::limits).orElse(Limits.NONE);
    }

    private static Optional<KeyMetadata> metadata(Getter get, String path) {
        return get.get(metadataKey(path)).map(Records::metadata);
    }

    private static Optional<VersionState> state(Getter get, String path, KeyMetadata metadata, long number) {
        return number == metadata.current()
                ? metadata.state()
                : get.get(stateKey(path, number)).map(Records::state);
    }

    private static String metadataKey(String path) {
        return "m/" + path;
    }

    private static String stateKey(String path, long number) {
        return "p/" + path + "/" + number;
    }

    private static String dataKey(String path, long number) {
        return "v/" + path + "/" + number;
    }

    /** A view's or an editor's own {@code get}. */
    @FunctionalInterface
    private interface Getter {
        Optional<byte[]> get(String key);
    }
}

package io.casemate.mount;

import io.casemate.barrier.RevocableView;
import io.casemate.barrier.View;
import io.casemate.engine.Mountable;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.MountInfo;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The mount table: what is mounted where, stored behind the barrier, with every engine open while unsealed.
 *
 * <p>Finding a mount takes no lock. Changes are serialised, stored first and visible after.
 */
public final class Mounts {
    private static final String TABLE = "core/mounts/";
    private static final String TUNED = "core/tuned/";
    private static final String ENGINE_DATA = "logical/";
    private static final String METHOD_DATA = "auth/";
    private static final int SWEEP = 256;

    private final View storage;
    private final MountTypes types;
    private final EngineWorld world;
    private final List<Consumer<Mounted>> leaving = new CopyOnWriteArrayList<>();
    private final ReentrantLock changes = new ReentrantLock();
    private volatile Router router = Router.EMPTY;

    /**
     * Keeps its rows and every mount's data below {@code storage}.
     *
     * @param types what may be mounted
     */
    public Mounts(View storage, MountTypes types, EngineWorld world) {
        this.storage = storage;
        this.types = types;
        this.world = world;
    }

    /** What may be mounted. */
    public MountTypes types() {
        return types;
    }

    /**
     * Registers what must end with a mount (tokens, leases): called when it is no longer routed, still open, and before its data
     * goes, at least once, possibly again after a crash.
     */
    public void onLeaving(Consumer<Mounted> listener) {
        leaving.add(listener);
    }

    /** Opens all stored mounts. Called at unseal, after {@link #fixed}. Finishes what an interrupted disable left. */
    public void open() {
        changes.lock();
        try {
            for (String name : storage.list(TABLE, "", Integer.MAX_VALUE)) {
                MountEntry entry = MountRecord.decode(name, storage.get(name).orElseThrow());
                if (entry.leaving()) {
                    leave(opened(entry));
                } else {
                    serve(opened(entry));
                }
            }
        } finally {
            changes.unlock();
        }
    }

    /** Adds a mount that is part of the server; of such a one only the tuning is stored, once there is some. */
    public void fixed(String path, String type, String description, Mountable content) {
        String kind = path.startsWith("auth/") ? "auth_" + type : type;
        String accessor = kind + "_" + HexFormat.of().toHexDigits(path.hashCode());
        MountEntry plain =
                new MountEntry(path, type, path, accessor, description, Map.of(), MountConfig.DEFAULT, false);
        String row = row(plain);
        MountEntry entry = storage.get(row)
                .map(stored -> MountRecord.decode(row, stored))
                .map(tuned -> plain.tuned(tuned.description(), tuned.options(), tuned.config()))
                .orElse(plain);
        changes.lock();
        try {
            router = router.with(Mounted.open(entry, content, Optional.empty()));
        } finally {
            changes.unlock();
        }
    }

    /** Closes every engine. Called when the barrier shuts. */
    public void close() {
        changes.lock();
        try {
            router.byPath().values().forEach(mounted -> mounted.content().close());
            router = Router.EMPTY;
        } finally {
            changes.unlock();
        }
    }

    /** The mount that {@code path} lies in. */
    public Optional<Mounted> at(ApiPath path) {
        return router.at(path.value());
    }

    /** What is tuned at {@code path}, or nothing while there is no such mount. */
    public MountConfig config(String path) {
        Mounted mounted = router.byPath().get(path);
        return mounted == null ? MountConfig.DEFAULT : mounted.entry().config();
    }

    /** The mount of that id, wherever it lies now. */
    public Optional<Mounted> byId(String uuid) {
        return Optional.ofNullable(router.byId().get(uuid));
    }

    /** The mount of an accessor. Looks through all mounts. */
    public Optional<MountInfo> byAccessor(String accessor) {
        return router.byPath().values().stream()
                .filter(mounted -> mounted.entry().accessor().equals(accessor))
                .findFirst()
                .map(Mounted::info);
    }

    /** All mounts, by path. */
    public List<MountEntry> entries() {
        return router.byPath().values().stream()
                .map(Mounted::entry)
                .sorted(Comparator.comparing(MountEntry::path))
                .toList();
    }

    /**
     * Mounts an engine, or below {@code auth/} an auth method.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for an unknown type, a taken path or bad options
     */
    public MountEntry enable(
            String path, String type, String description, Map<String, String> options, MountConfig config) {
        String at = MountPaths.normalise(path);
        return change(() -> {
            MountPaths.checkFree(at, router.byPath().keySet());
            MountEntry entry = new MountEntry(
                    at,
                    type,
                    UUID.randomUUID().toString(),
                    accessor(at, type),
                    description,
                    Map.copyOf(options),
                    config,
                    false);
            Mounted mounted = opened(entry);
            store(entry);
            serve(mounted);
            return entry;
        });
    }

    /**
     * Unmounts and erases all data of the mount at {@code path}, and what requests that are still at it would write; nothing happens
     * when there is none.
     */
    public void disable(String path) {
        String at = MountPaths.normalise(path);
        change(() -> {
            Mounted mounted = router.byPath().get(at);
            if (mounted == null) {
                return null;
            }
            requireMovable(mounted.entry());
            store(mounted.entry().leave());
            router = router.without(at);
            leave(mounted);
            return null;
        });
    }

    /**
     * Changes description, options or tuning; an engine that heeds an option that changed is opened again. Requests that are still at
     * the former one are answered {@code Unavailable}: they change nothing behind the back of the new one.
     */
    public MountEntry tune(String path, UnaryOperator<MountEntry> edit) {
        String at = MountPaths.normalise(path);
        return change(() -> {
            Mounted mounted = existing(at);
            MountEntry entry = edit.apply(mounted.entry());
            boolean reopen = types.reopens(mounted.entry(), entry);
            Mounted tuned = reopen ? opened(entry) : mounted.by(entry);
            store(entry);
            if (reopen) {
                mounted.retire();
                serve(tuned);
            } else {
                router = router.with(tuned);
            }
            return entry;
        });
    }

    /** A row with other description, options and tuning, for {@link #tune}. */
    public static MountEntry edited(
            MountEntry entry, String description, Map<String, String> options, MountConfig config) {
        return entry.tuned(description, Map.copyOf(options), config);
    }

    /** Gives a mount another path; data, accessor and configuration stay. */
    public void move(String from, String to) {
        String source = MountPaths.normalise(from);
        String target = MountPaths.normalise(to);
        change(() -> {
            Mounted mounted = existing(source);
            requireMovable(mounted.entry());
            MountPaths.checkFree(target, router.without(source).byPath().keySet());
            MountEntry entry = mounted.entry().movedTo(target);
            if (entry.auth() != mounted.entry().auth()) {
                throw Fault.badRequest("auth methods stay below auth/, and nothing else moves there");
            }
            store(entry);
            router = router.without(source).with(mounted.by(entry));
            return null;
        });
    }

    /** The mount exactly at {@code path}. */
    public Mounted existing(String path) {
        return exactly(path).orElseThrow(() -> Fault.badRequest("no mount at " + MountPaths.normalise(path)));
    }

    /** The mount exactly at {@code path}, if there is one. */
    public Optional<Mounted> exactly(String path) {
        return Optional.ofNullable(router.byPath().get(MountPaths.normalise(path)));
    }

    private void requireMovable(MountEntry entry) {
        if (!types.knows(entry)) {
            throw Fault.badRequest("cannot unmount \"" + entry.path() + "\": it is part of the server");
        }
    }

    private Mounted opened(MountEntry entry) {
        RevocableView data = new RevocableView(data(entry));
        Mountable content = types.open(entry, data, () -> configOf(entry), world);
        return Mounted.open(entry, content, Optional.of(data));
    }

    /** Begun first, so that no request meets content that has still to bring its storage up to date. */
    private void serve(Mounted mounted) {
        mounted.content().start();
        router = router.with(mounted);
    }

    private View data(MountEntry entry) {
        return storage.below((entry.auth() ? METHOD_DATA : ENGINE_DATA) + entry.uuid() + "/");
    }

    private MountConfig configOf(MountEntry opened) {
        Mounted mounted = router.byId().get(opened.uuid());
        return (mounted == null ? opened : mounted.entry()).config();
    }

    private String accessor(String path, String type) {
        byte[] tail = new byte[4];
        world.random().nextBytes(tail);
        return (path.startsWith("auth/") ? "auth_" : "") + type + "_"
                + HexFormat.of().formatHex(tail);
    }

    private void store(MountEntry entry) {
        storage.put(row(entry), MountRecord.encode(entry));
    }

    private String row(MountEntry entry) {
        return types.knows(entry)
                ? TABLE + entry.uuid()
                : TUNED + entry.path().substring(0, entry.path().length() - 1);
    }

    /** Tells who must know, then erases: what a crash cuts short is begun again at unseal. */
    private void leave(Mounted mounted) {
        leaving.forEach(listener -> listener.accept(mounted));
        mounted.retire();
        erase(mounted.entry());
    }

    /** Deletes the data in bounded transactions and the row last. */
    private void erase(MountEntry entry) {
        View data = data(entry);
        List<String> page = data.list("", "", SWEEP);
        while (!page.isEmpty()) {
            List<String> doomed = page;
            data.transact(editor -> {
                doomed.forEach(editor::delete);
                return null;
            });
            page = data.list("", "", SWEEP);
        }
        storage.delete(TABLE + entry.uuid());
    }

    private <T> T change(java.util.function.Supplier<T> work) {
        changes.lock();
        try {
            return work.get();
        } finally {
            changes.unlock();
        }
    }
}

package io.casemate.mount;

import io.casemate.barrier.View;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The mount table: what is mounted where, stored behind the barrier, with every engine open while unsealed.
 *
 * <p>Finding a mount takes no lock. Changes are serialised, stored first and visible after.
 */
public final class Mounts {
    private static final String TABLE = "core/mounts/";
    private static final String DATA = "logical/";
    private static final int SWEEP = 256;

    private final View storage;
    private final Map<String, SecretsEngine.Factory> factories;
    private final EngineWorld world;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile Router router = new Router(Map.of());

    /**
     * Keeps its rows and every mount's data below {@code storage}.
     *
     * @param factories the engine types that may be mounted, by type
     */
    public Mounts(View storage, Map<String, SecretsEngine.Factory> factories, EngineWorld world) {
        this.storage = storage;
        this.factories = Map.copyOf(factories);
        this.world = world;
    }

    /** The engine types on offer. */
    public Map<String, SecretsEngine.Factory> factories() {
        return factories;
    }

    /** Opens all stored mounts. Called at unseal, after {@link #fixed}. Finishes what an interrupted disable left. */
    public void open() {
        changes.lock();
        try {
            for (String name : storage.list(TABLE, "", Integer.MAX_VALUE)) {
                MountEntry entry = MountRecord.decode(name, storage.get(name).orElseThrow());
                if (entry.leaving()) {
                    erase(entry);
                } else {
                    router = router.with(Mounted.open(entry, engine(entry)));
                }
            }
        } finally {
            changes.unlock();
        }
    }

    /** Adds a mount that is part of the server and has no stored row. */
    public void fixed(String path, String type, String description, SecretsEngine engine) {
        String accessor = type + "_" + HexFormat.of().toHexDigits(path.hashCode());
        MountEntry entry =
                new MountEntry(path, type, path, accessor, description, Map.of(), MountConfig.DEFAULT, false);
        changes.lock();
        try {
            router = router.with(Mounted.open(entry, engine));
        } finally {
            changes.unlock();
        }
    }

    /** Closes every engine. Called when the barrier shuts. */
    public void close() {
        changes.lock();
        try {
            router.byPath().values().forEach(mounted -> mounted.engine().close());
            router = new Router(Map.of());
        } finally {
            changes.unlock();
        }
    }

    /** The mount that {@code path} lies in. */
    public Optional<Mounted> at(ApiPath path) {
        return router.at(path.value());
    }

    /** All mounts, by path. */
    public List<MountEntry> entries() {
        return router.byPath().values().stream()
                .map(Mounted::entry)
                .sorted(Comparator.comparing(MountEntry::path))
                .toList();
    }

    /**
     * Mounts an engine.
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
                    accessor(type),
                    description,
                    Map.copyOf(options),
                    config,
                    false);
            Mounted mounted = Mounted.open(entry, engine(entry));
            store(entry);
            router = router.with(mounted);
            return entry;
        });
    }

    /** Unmounts and erases all data of the mount at {@code path}; nothing happens when there is none. */
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
            mounted.engine().close();
            erase(mounted.entry());
            return null;
        });
    }

    /** Changes description, options or tuning; the engine is opened again so that it sees its new options. */
    public MountEntry tune(String path, UnaryOperator<MountEntry> edit) {
        String at = MountPaths.normalise(path);
        return change(() -> {
            Mounted mounted = existing(at);
            MountEntry entry = edit.apply(mounted.entry());
            boolean reopen = !entry.options().equals(mounted.entry().options());
            SecretsEngine engine = reopen ? engine(entry) : mounted.engine();
            if (factories.containsKey(entry.type())) {
                store(entry);
            }
            router = router.with(Mounted.open(entry, engine));
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
            store(entry);
            router = router.without(source).with(Mounted.open(entry, mounted.engine()));
            return null;
        });
    }

    /** The mount exactly at {@code path}. */
    public Mounted existing(String path) {
        Mounted mounted = router.byPath().get(MountPaths.normalise(path));
        if (mounted == null) {
            throw Fault.badRequest("no mount at " + MountPaths.normalise(path));
        }
        return mounted;
    }

    private void requireMovable(MountEntry entry) {
        if (!factories.containsKey(entry.type())) {
            throw Fault.badRequest("cannot unmount \"" + entry.path() + "\": it is part of the server");
        }
    }

    private SecretsEngine engine(MountEntry entry) {
        SecretsEngine.Factory factory = factories.get(entry.type());
        if (factory == null) {
            throw Fault.badRequest("no engine of type \"" + entry.type() + "\"; there are "
                    + factories.keySet().stream().sorted().toList());
        }
        View data = storage.below(DATA + entry.uuid() + "/");
        return factory.open(new SecretsEngine.Context(
                entry.uuid(),
                entry.options(),
                () -> ttlsOf(entry),
                data,
                world.signers(),
                world.random(),
                world.clock()));
    }

    private Ttls ttlsOf(MountEntry opened) {
        return router.byPath().values().stream()
                .filter(each -> each.entry().uuid().equals(opened.uuid()))
                .findFirst()
                .map(each -> each.entry().config().ttls())
                .orElseGet(opened.config()::ttls);
    }

    private String accessor(String type) {
        byte[] tail = new byte[4];
        world.random().nextBytes(tail);
        return type + "_" + HexFormat.of().formatHex(tail);
    }

    private void store(MountEntry entry) {
        storage.put(TABLE + entry.uuid(), MountRecord.encode(entry));
    }

    /** Deletes the data in bounded transactions and the row last, so that a crash in between is resumed at unseal. */
    private void erase(MountEntry entry) {
        View data = storage.below(DATA + entry.uuid() + "/");
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

package io.casemate.mount;

import io.casemate.auth.AuthMethod;
import io.casemate.barrier.View;
import io.casemate.engine.Mountable;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.Fault;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What can be mounted: auth methods below {@code auth/}, engines anywhere else.
 *
 * @param engines by type
 * @param methods by type
 */
public record MountTypes(Map<String, SecretsEngine.Factory> engines, Map<String, AuthMethod.Factory> methods) {
    public MountTypes {
        engines = Map.copyOf(engines);
        methods = Map.copyOf(methods);
    }

    /** Whether the server can open and close it; mounts that are part of the server are of no such type. */
    boolean knows(MountEntry entry) {
        return (entry.auth() ? methods : engines).containsKey(entry.type());
    }

    /** Whether what is mounted by {@code before} has to be opened anew for the options of {@code after}. */
    boolean reopens(MountEntry before, MountEntry after) {
        if (!knows(after) || after.auth()) {
            return knows(after) && !before.options().equals(after.options());
        }
        return engines.get(after.type()).options().stream()
                .anyMatch(name -> !Objects.equals(
                        before.options().get(name), after.options().get(name)));
    }

    /**
     * Opens what is, or shall be, mounted by {@code entry}.
     *
     * @param config its tuning as it is now
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a type that there is not
     */
    Mountable open(MountEntry entry, View data, Supplier<MountConfig> config, EngineWorld world) {
        if (!knows(entry)) {
            throw Fault.badRequest((entry.auth() ? "no auth method" : "no engine") + " of type \"" + entry.type()
                    + "\"; there are " + new TreeSet<>((entry.auth() ? methods : engines).keySet()));
        }
        return entry.auth() ? method(entry, data, config, world) : engine(entry, data, config, world);
    }

    private SecretsEngine engine(MountEntry entry, View data, Supplier<MountConfig> config, EngineWorld world) {
        return engines.get(entry.type())
                .open(new SecretsEngine.Context(
                        entry.uuid(),
                        entry.options(),
                        () -> config.get().ttls(),
                        data,
                        world.signers(),
                        world.managed().forMount(config),
                        world.random(),
                        world.clock()));
    }

    private AuthMethod method(MountEntry entry, View data, Supplier<MountConfig> config, EngineWorld world) {
        return methods.get(entry.type())
                .open(new AuthMethod.Context(
                        entry.uuid(),
                        entry.options(),
                        () -> config.get().ttls(),
                        () -> config.get().lockout(),
                        data,
                        world.random(),
                        world.clock()));
    }
}

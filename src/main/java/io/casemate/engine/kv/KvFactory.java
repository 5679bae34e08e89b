package io.casemate.engine.kv;

import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.Fault;
import java.util.Set;

/** Opens the {@code kv} engine in the version that the mount's option {@code version} asks for: 1 (the default) or 2. */
public final class KvFactory implements SecretsEngine.Factory {
    private static final String VERSION = "version";

    @Override
    public String type() {
        return "kv";
    }

    @Override
    public String description() {
        return "Keys and values, with versions when mounted with version=2.";
    }

    @Override
    public Set<String> options() {
        return Set.of(VERSION);
    }

    @Override
    public SecretsEngine open(SecretsEngine.Context context) {
        return switch (context.options().getOrDefault(VERSION, "1")) {
            case "1" -> unversioned(context);
            case "2" -> versioned(context);
            default -> throw Fault.badRequest("option 'version' of a kv mount: expected 1 or 2");
        };
    }

    private static SecretsEngine unversioned(SecretsEngine.Context context) {
        if (VersionStore.holdsSomething(context.storage())) {
            throw Fault.badRequest("this kv mount has versions: it cannot go back to version 1");
        }
        return new UnversionedKv(context);
    }

    private static SecretsEngine versioned(SecretsEngine.Context context) {
        VersionStore store = new VersionStore(context.storage(), context.clock());
        return new VersionedKv(store, new Upgrade(context.storage(), store));
    }
}

package io.casemate.engine.kv;

import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.List;

/** KV version 2: every write makes a version; versions can be deleted, undeleted and destroyed. */
final class VersionedKv implements SecretsEngine {
    private final VersionStore store;
    private final Upgrade upgrade;

    VersionedKv(VersionStore store, Upgrade upgrade) {
        this.store = store;
        this.upgrade = upgrade;
    }

    @Override
    public void start() {
        upgrade.start();
    }

    @Override
    public void close() {
        upgrade.stop();
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(config());
        endpoints.addAll(new DataEndpoints(store).endpoints());
        endpoints.addAll(new VersionEndpoints(store).endpoints());
        endpoints.addAll(new MetadataEndpoints(store).endpoints());
        endpoints.addAll(new DetailedMetadata(store).endpoints());
        endpoints.add(stray("{path...}").build());
        endpoints.add(stray("").build());
        return endpoints.stream().map(this::afterUpgrade).toList();
    }

    private Endpoint afterUpgrade(Endpoint endpoint) {
        return endpoint.before(upgrade::requireDone);
    }

    private Endpoint config() {
        return Endpoint.at("config", "Limits for every path of this mount.")
                .fields(LimitFields.DECLARED)
                .on(Operation.READ, exchange -> Response.of(store.mount().shown()))
                .on(Operation.UPDATE, exchange -> {
                    store.mount(LimitFields.over(store.mount(), exchange));
                    return Response.none();
                })
                .build();
    }

    /** A path without {@code data/} and the like: most often a client that took the mount for version 1. */
    private static Endpoint.Builder stray(String pattern) {
        return Endpoint.at(pattern, "Not a path of a versioned store: says which one is.")
                .openBody()
                .on(Operation.READ, exchange -> strayed("get"))
                .on(Operation.LIST, exchange -> strayed("list"))
                .on(Operation.SCAN, exchange -> strayed("scan"))
                .on(Operation.UPDATE, exchange -> strayed("put"))
                .on(Operation.PATCH, exchange -> strayed("patch"))
                .on(Operation.DELETE, exchange -> strayed("delete"));
    }

    private static Response strayed(String command) {
        return Response.none()
                .warning("Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API"
                        + " endpoints to use. If using the Vault CLI, use 'vault kv " + command
                        + "' for this operation.")
                .status(404);
    }
}

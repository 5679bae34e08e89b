package io.casemate.identity;

import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import java.util.List;
import java.util.stream.Stream;

/** All of {@code identity/}. */
final class IdentityEngine implements SecretsEngine {
    private final IdentityStore store;

    IdentityEngine(IdentityStore store) {
        this.store = store;
    }

    @Override
    public List<Endpoint> endpoints() {
        return Stream.of(
                        new EntityEndpoints(store).endpoints(),
                        new EntityAliasEndpoints(store).endpoints(),
                        new GroupEndpoints(store).endpoints(),
                        new GroupAliasEndpoints(store).endpoints(),
                        new LookupEndpoints(store).endpoints())
                .flatMap(List::stream)
                .toList();
    }
}

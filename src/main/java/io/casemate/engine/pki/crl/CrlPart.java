package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.CrlShards;
import io.casemate.engine.pki.store.CrlShards.Shards;
import java.util.List;

/**
 * One list of a scope's revocations: all of them, or a shard.
 *
 * @param id of its rolls and CRLs
 * @param places where certificates say that the shard is; empty for all
 */
record CrlPart(CrlScope scope, String id, List<String> places) {
    static CrlPart whole(CrlScope scope) {
        return new CrlPart(scope, scope.id(), List.of());
    }

    static CrlPart shard(CrlScope scope, Shards shards, int number) {
        return new CrlPart(scope, CrlShards.id(scope.id(), number), shards.places(number));
    }

    boolean isWhole() {
        return places.isEmpty();
    }
}

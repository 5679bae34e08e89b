package io.casemate.mount;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the mount of a path, which is the longest one that is a prefix, or of an id. Immutable; readers need no lock. */
record Router(Map<String, Mounted> byPath, Map<String, Mounted> byId) {
    static final Router EMPTY = new Router(Map.of());

    Router {
        byPath = Map.copyOf(byPath);
        byId = Map.copyOf(byId);
    }

    Router(Map<String, Mounted> byPath) {
        this(byPath, ids(byPath));
    }

    private static Map<String, Mounted> ids(Map<String, Mounted> byPath) {
        Map<String, Mounted> byId = new HashMap<>();
        byPath.values().forEach(mounted -> byId.put(mounted.entry().uuid(), mounted));
        return byId;
    }

    Optional<Mounted> at(String path) {
        Mounted itself = byPath.get(path + "/");
        if (itself != null) {
            return Optional.of(itself);
        }
        for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            Mounted found = byPath.get(path.substring(0, slash + 1));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    Router with(Mounted mounted) {
        Map<String, Mounted> more = new HashMap<>(byPath);
        more.put(mounted.entry().path(), mounted);
        return new Router(more);
    }

    Router without(String path) {
        Map<String, Mounted> fewer = new HashMap<>(byPath);
        fewer.remove(path);
        return new Router(fewer);
    }
}

package io.casemate.mount;

import io.casemate.kernel.MountInfo;
import java.util.Map;
import java.util.Set;

/**
 * One row of the mount table.
 *
 * @param path with the trailing slash; auth methods lie below {@code auth/}
 * @param type the engine's type
 * @param uuid names the mount's storage; stays when the mount moves
 * @param accessor the API's handle: type and eight hex digits
 * @param leaving being disabled: not routed any more, its data on the way out
 */
public record MountEntry(
        String path,
        String type,
        String uuid,
        String accessor,
        String description,
        Map<String, String> options,
        MountConfig config,
        boolean leaving) {

    /** Whether it is an auth method. */
    public boolean auth() {
        return path.startsWith("auth/");
    }

    MountEntry leave() {
        return new MountEntry(path, type, uuid, accessor, description, options, config, true);
    }

    MountEntry tuned(String newDescription, Map<String, String> newOptions, MountConfig newConfig) {
        return new MountEntry(path, type, uuid, accessor, newDescription, newOptions, newConfig, leaving);
    }

    MountEntry movedTo(String newPath) {
        return new MountEntry(newPath, type, uuid, accessor, description, options, config, leaving);
    }

    MountInfo info() {
        return new MountInfo(
                path, type, accessor, Set.copyOf(config.plainRequestKeys()), Set.copyOf(config.plainResponseKeys()));
    }
}

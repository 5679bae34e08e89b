package io.casemate.kernel;

import java.util.Set;

/**
 * Where a request went, for audit entries and answers.
 *
 * @param path where it is mounted, with the trailing slash
 * @param type such as {@code kv}
 * @param accessor the API's mount handle, such as {@code kv_1a2b3c4d}
 * @param plainRequestKeys members of requests that the audit log shows unhashed
 * @param plainResponseKeys members of answers that the audit log shows unhashed
 */
public record MountInfo(
        String path, String type, String accessor, Set<String> plainRequestKeys, Set<String> plainResponseKeys) {

    /** A path where nothing is mounted. */
    public static final MountInfo NONE = new MountInfo("", "", "", Set.of(), Set.of());
}

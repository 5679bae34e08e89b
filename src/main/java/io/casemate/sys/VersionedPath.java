package io.casemate.sys;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Paths of KV version 2, whose data lie one folder deeper than people write. */
record VersionedPath(String mount, String path) {
    private static final Set<String> FOLDERS =
            Set.of("data", "metadata", "delete", "undelete", "destroy", "subkeys", "config");

    /**
     * What may be wrong with the path, or with the rules for it.
     *
     * @param allowed whether the same would be allowed on another path
     */
    List<String> hints(Predicate<String> allowed) {
        String below = path.length() > mount.length() ? path.substring(mount.length()) : "";
        int slash = below.indexOf('/');
        String folder = slash < 0 ? below : below.substring(0, slash);
        List<String> hints = new ArrayList<>();
        if (!below.isEmpty() && !FOLDERS.contains(folder)) {
            hints.add(mount + " is a KV version 2 mount: the value is at " + mount + "data/" + below + ", listing at "
                    + mount + "metadata/");
        } else if (slash > 0 && slash + 1 < below.length()) {
            String plain = mount + below.substring(slash + 1);
            if (allowed.test(plain)) {
                hints.add("the policies allow it on " + plain + ": on a KV version 2 mount rules have to name " + mount
                        + folder + "/");
            }
        }
        return hints;
    }
}

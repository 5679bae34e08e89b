package io.casemate.quota;

/**
 * What a quota is about.
 *
 * @param mount id of a mount, so that the quota follows it when it moves; empty for everything
 * @param suffix of paths below the mount; with {@code *} at its end all that begin so; empty for the whole mount
 * @param role of logins; empty for any
 */
public record Scope(String mount, String suffix, String role) {
    /** Everything. */
    public static final Scope GLOBAL = new Scope("", "", "");

    /** Whether {@code claimed} is its role: in no auth method does the case of a role matter. */
    boolean isFor(String claimed) {
        return role.equalsIgnoreCase(claimed);
    }

    /** Whether both are about the same. */
    boolean same(Scope other) {
        return mount.equals(other.mount) && suffix.equals(other.suffix) && isFor(other.role);
    }

    boolean glob() {
        return suffix.endsWith("*");
    }

    /** What paths below the mount begin with, where the suffix is a glob. */
    String stem() {
        return glob() ? suffix.substring(0, suffix.length() - 1) : suffix;
    }
}

package io.casemate.cli.local;

/** Exit codes, as scripts around Vault expect them. */
public final class Exit {
    /** Done; for {@code status}: unsealed. */
    public static final int OK = 0;

    /** Wrong use, or anything that failed before a server was asked; for {@code status} also an unreachable server. */
    public static final int LOCAL = 1;

    /** The server refused, failed, had no such value, or could not be reached; for {@code status}: sealed. */
    public static final int SERVER = 2;

    private Exit() {}
}

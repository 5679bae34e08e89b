package io.casemate.cli.local;

/** Ends a command: the message goes to standard error as it is, the code to the shell. Never holds a secret. */
public final class CliFailure extends RuntimeException {
    private final int exit;

    private CliFailure(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    /** Wrong use or a local error. */
    public static CliFailure local(String message) {
        return new CliFailure(Exit.LOCAL, message);
    }

    /** The server's part went wrong. */
    public static CliFailure server(String message) {
        return new CliFailure(Exit.SERVER, message);
    }

    /** The same failure with another exit code. */
    public CliFailure exiting(int code) {
        CliFailure same = new CliFailure(code, getMessage());
        same.initCause(this);
        return same;
    }

    /** The same failure, saying first what was being done. */
    public CliFailure during(String doing) {
        CliFailure same = new CliFailure(exit, "Error " + doing + ": " + getMessage());
        same.initCause(this);
        return same;
    }

    /** The code for the shell, of {@link Exit}. */
    public int exit() {
        return exit;
    }
}

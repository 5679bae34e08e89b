package io.casemate.cli;

/** Ends a command: the message goes to standard error as it is, the code to the shell. Never holds a secret. */
final class CliFailure extends RuntimeException {
    private final int exit;

    private CliFailure(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    /** Wrong use or a local error. */
    static CliFailure local(String message) {
        return new CliFailure(Exit.LOCAL, message);
    }

    /** The server's part went wrong. */
    static CliFailure server(String message) {
        return new CliFailure(Exit.SERVER, message);
    }

    /** The same failure with another exit code. */
    CliFailure exiting(int code) {
        CliFailure same = new CliFailure(code, getMessage());
        same.initCause(this);
        return same;
    }

    /** The same failure, saying first what was being done. */
    CliFailure during(String doing) {
        CliFailure same = new CliFailure(exit, "Error " + doing + ": " + getMessage());
        same.initCause(this);
        return same;
    }

    int exit() {
        return exit;
    }
}

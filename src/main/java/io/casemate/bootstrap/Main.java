package io.casemate.bootstrap;

import io.casemate.cli.Cli;
import java.util.List;

/** Where the process starts: a server, or a command of the client. */
public final class Main {
    private Main() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] words) {
        System.exit(Cli.main(List.of(words)));
    }
}

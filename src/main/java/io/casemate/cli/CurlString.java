package io.casemate.cli;

/** Ends a command that was asked to show its first request instead of sending it. */
final class CurlString extends RuntimeException {
    CurlString(String command) {
        super(command, null, false, false);
    }
}

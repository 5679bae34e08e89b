package io.casemate.cli.http;

/** Ends a command that was asked to show something of its request instead of sending it. */
public final class DryRunOutput extends RuntimeException {
    DryRunOutput(String text) {
        super(text, null, false, false);
    }
}

package io.casemate.cli;

/** Ends a command that was asked to show something of its request instead of sending it. */
final class Shown extends RuntimeException {
    Shown(String text) {
        super(text, null, false, false);
    }
}

package io.casemate.cli.flag;

import io.casemate.cli.local.CliFailure;

/** Truth values as Go's {@code strconv.ParseBool} reads them. */
public final class Booleans {
    private Booleans() {}

    /**
     * Reads one.
     *
     * @param what names the value in the error
     */
    public static boolean parse(String what, String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw CliFailure.local(what + " takes true or false");
        };
    }
}

package io.casemate.bootstrap.dev;

import java.io.IOException;
import java.io.PrintStream;
import java.security.GeneralSecurityException;

/** Prints what was done and how long it took, a line when each step is over: no progress noise. */
final class DevSteps {
    private final PrintStream out;
    private int number;

    DevSteps(PrintStream out) {
        this.out = out;
    }

    /** What a step does. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, GeneralSecurityException, InterruptedException;
    }

    /** Runs one step and prints its line. */
    <T> T step(String text, Work<T> work) throws IOException, GeneralSecurityException, InterruptedException {
        long start = System.nanoTime();
        T result = work.run();
        note(text, (System.nanoTime() - start) / 1_000_000);
        return result;
    }

    /** The line of a step whose time is known. */
    void note(String text, long millis) {
        number++;
        out.printf("%3d  %-86s %6d ms%n", number, text, millis);
    }
}

package io.casemate.core;

/** Ends the process, as far as a test can, at one step. */
final class Interruption implements Runnable {
    private int left;

    Interruption(int left) {
        this.left = left;
    }

    @Override
    public void run() {
        if (left-- == 0) {
            throw new End();
        }
    }

    /** An error, so that nothing takes it for a failure it can handle. */
    static final class End extends Error {
        private static final long serialVersionUID = 1L;
    }
}

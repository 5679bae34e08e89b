package io.casemate.bootstrap.broker;

import java.time.Duration;

/** How the HSM's process ends when its library will not let go: nothing but the end of the process ends a native call. */
final class BrokerEnd {
    /** Exit code of a process whose library hangs. */
    static final int HUNG = 70;

    private static final Duration ORDERLY = Duration.ofSeconds(5);

    private BrokerEnd() {}

    /** At once. */
    static void now() {
        now(HUNG);
    }

    /** At once, with this exit code. */
    static void now(int exit) {
        Runtime.getRuntime().halt(exit);
    }

    /** In some seconds, if the orderly way out hangs. */
    static void soon() {
        soon(HUNG);
    }

    /** The same, with this exit code. */
    static void soon(int exit) {
        Thread.ofPlatform().daemon().name("casemate-hsm-end").start(() -> {
            try {
                Thread.sleep(ORDERLY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            now(exit);
        });
    }
}

package sessions;

import java.util.concurrent.Callable;

/** Runs named steps in order against one server and tells of each on a line of its own: {@code ok} or {@code FAILED}. */
final class Session {
    private int failed;

    /** What a step does; anything thrown fails it. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** Runs one. Later steps run all the same: each says for itself what it missed. */
    void step(String name, Step step) {
        try {
            step.run();
            System.out.println("ok      " + name);
        } catch (Exception | Error e) {
            failed++;
            System.out.println("FAILED  " + name);
            e.printStackTrace(System.out);
        }
    }

    /** Ends the process with the verdict. */
    void end() {
        System.exit(failed == 0 ? 0 : 1);
    }

    static void same(Object wanted, Object got) {
        if (!wanted.equals(got)) {
            throw new AssertionError("wanted " + wanted + ", got " + got);
        }
    }

    static void yes(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("not true: " + what);
        }
    }

    /** What a refused call throws, as {@code type}. */
    static <E extends Exception> E refused(Class<E> type, Callable<?> call) throws Exception {
        Object got;
        try {
            got = call.call();
        } catch (Exception e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw e;
        }
        throw new AssertionError("not refused, got " + got);
    }

    /** Waits up to ten seconds for {@code condition}. */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        for (int tries = 0; tries < 100; tries++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("did not come true in ten seconds: " + what);
    }
}

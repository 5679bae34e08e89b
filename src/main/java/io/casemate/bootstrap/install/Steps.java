package io.casemate.bootstrap.install;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** Makes steps of methods. */
final class Steps {
    private Steps() {}

    /** What a step does. */
    @FunctionalInterface
    interface Work {
        String run() throws IOException, GeneralSecurityException, InterruptedException;
    }

    /** Looked at anew by every run. */
    static Step every(String name, String plan, Work work) {
        return new Made(name, plan, work, false);
    }

    /** Done once; the state file remembers. */
    static Step once(String name, String plan, Work work) {
        return new Made(name, plan, work, true);
    }

    private record Made(String name, String plan, Work work, boolean once) implements Step {
        @Override
        public String run() throws IOException, GeneralSecurityException, InterruptedException {
            return work.run();
        }
    }
}

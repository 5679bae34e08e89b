package io.casemate.bootstrap;

import io.casemate.core.Lifecycle;

/** Lifecycle stages made of two actions. */
record Stages(String name, Runnable beginning, Runnable end) implements Lifecycle.Stage {
    static Lifecycle.Stage of(String name, Runnable beginning, Runnable end) {
        return new Stages(name, beginning, end);
    }

    @Override
    public void start() {
        beginning.run();
    }

    @Override
    public void stop() {
        end.run();
    }
}

package io.casemate.core;

import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What happens, in this order, when the barrier opens, and in reverse when it shuts. All stages run or none: when one does
 * not start, those before it are stopped. Called by one ceremony at a time.
 */
public final class Lifecycle {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    /** A part of the server that lives while the barrier is open. */
    public interface Stage {
        /** A word for the log. */
        String name();

        /**
         * Begins; the barrier is open, the stages before this one run. Reads little, whatever is stored.
         *
         * @throws io.casemate.kernel.FaultException why it cannot; then it has left nothing running
         */
        void start();

        /**
         * Ends and drops every cache. The barrier may be shut already: whatever had to be kept is in storage. Does not block
         * on the network, does not throw.
         */
        void stop();
    }

    private final List<Stage> stages;
    private final Deque<Stage> running = new ArrayDeque<>();

    /** In the order of their start. */
    public Lifecycle(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    void start() {
        for (Stage stage : stages) {
            try {
                stage.start();
            } catch (RuntimeException | Error e) {
                String why = e instanceof FaultException fault ? ": " + fault.getMessage() : "";
                Throwable bug = why.isEmpty() ? e : null;
                LOG.log(Level.ERROR, "stage " + stage.name() + " did not start, the server is sealed again" + why, bug);
                stop();
                throw e;
            }
            running.push(stage);
        }
    }

    void stop() {
        while (!running.isEmpty()) {
            Stage stage = running.pop();
            try {
                stage.stop();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "stage " + stage.name() + " did not stop cleanly", e);
            }
        }
    }
}

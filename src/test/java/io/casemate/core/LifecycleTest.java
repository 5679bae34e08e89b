package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.barrier.RotationPolicy;
import io.casemate.core.upkeep.RotationStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final List<String> events = new ArrayList<>();

    private Lifecycle.Stage stage(String name, boolean starts, boolean stops) {
        return new Lifecycle.Stage() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void start() {
                if (!starts) {
                    throw new IllegalStateException(name);
                }
                events.add("+" + name);
            }

            @Override
            public void stop() {
                events.add("-" + name);
                if (!stops) {
                    throw new IllegalStateException(name);
                }
            }
        };
    }

    @Test
    void startsInOrderAndStopsInReverseOnce() {
        Lifecycle lifecycle =
                new Lifecycle(List.of(stage("a", true, true), stage("b", true, false), stage("c", true, true)));
        lifecycle.start();
        lifecycle.stop();
        lifecycle.stop();
        assertEquals(List.of("+a", "+b", "+c", "-c", "-b", "-a"), events);
    }

    @Test
    void aStageThatDoesNotStartStopsThoseBeforeIt() {
        Lifecycle lifecycle =
                new Lifecycle(List.of(stage("a", true, true), stage("b", true, true), stage("c", false, true)));
        assertThrows(IllegalStateException.class, lifecycle::start);
        assertEquals(List.of("+a", "+b", "-b", "-a"), events);
        lifecycle.stop();
        assertEquals(4, events.size());
    }

    @Test
    void theRotationStageRotatesWhenDueAndOnlyThen() throws InterruptedException {
        Server server = Server.shamir();
        server.offer(server.initialise(InitRequest.shamir(1, 1)).getFirst());
        server.barrier().rotationPolicy(new RotationPolicy(RotationPolicy.MOST_OPERATIONS, Duration.ofHours(24), true));
        RotationStage stage = new RotationStage(server.barrier(), Duration.ofMillis(2));
        stage.start();
        Thread.sleep(20);
        assertEquals(1, server.barrier().keyStatus().term());
        server.clockAhead = Duration.ofHours(25);
        long end = System.nanoTime() + 5_000_000_000L;
        while (server.barrier().keyStatus().term() == 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        stage.stop();
        Thread.sleep(20);
        assertEquals(2, server.barrier().keyStatus().term());
        server.clockAhead = Duration.ofHours(50);
        Thread.sleep(20);
        assertEquals(2, server.barrier().keyStatus().term());
    }
}

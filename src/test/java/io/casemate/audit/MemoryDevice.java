package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps its lines in memory and fails on demand. For tests. */
public final class MemoryDevice implements AuditDevice {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile Runnable beforeWrite = () -> {};
    volatile Duration underWay = Duration.ZERO;
    private volatile boolean failing;
    private volatile boolean answersFail;
    private volatile boolean closed;

    /** Refuses entries, or takes them again. */
    public void fail(boolean fails) {
        failing = fails;
    }

    /** Takes what is asked and refuses what is answered. */
    public void refuseAnswers() {
        answersFail = true;
    }

    /** Does {@code work} on the thread of the request before each entry, as if the device were slow meanwhile. */
    public void meanwhile(Runnable work) {
        beforeWrite = work;
    }

    /** What it took, without newlines. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void write(AuditLine line) {
        beforeWrite.run();
        reopen();
        String text = new String(line.bytes(), StandardCharsets.UTF_8).strip();
        if (answersFail && text.contains("\"type\":\"response\"")) {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space for tests").asException();
        }
        lines.add(text);
    }

    @Override
    public boolean prompt() {
        return true;
    }

    @Override
    public Duration underWay() {
        return underWay;
    }

    @Override
    public void reopen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (failing) {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space for tests").asException();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** Gives out one device again and again. */
    public static AuditDevice.Factory factory(MemoryDevice device) {
        return new AuditDevice.Factory() {
            @Override
            public String type() {
                return "memory";
            }

            @Override
            public AuditDevice create(String name, Map<String, String> options) {
                return device;
            }
        };
    }
}

package io.casemate.audit;

import com.sun.management.ThreadMXBean;
import io.casemate.audit.file.FileDeviceFactory;
import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * Prints what auditing one kv read costs (both entries): CPU of the thread, system calls included, and bytes allocated.
 * Argument: a {@code file_path}, such as {@code discard} to see the cost without the write.
 */
final class AuditCost {
    private static final int ROUNDS = 200_000;

    private AuditCost() {}

    public static void main(String[] args) {
        AuditBroker broker = new AuditBroker();
        AuditTable table = new AuditTable(
                new MemoryView(),
                broker,
                List.of(new FileDeviceFactory()),
                new SecureRandom(),
                java.time.InstantSource.system());
        table.start();
        table.enable(new AuditDeviceConfig("file", "file", "", Map.of("file_path", args[0]), false));
        Request request = Scene.request(Operation.READ, "kv/data/app/config", "hvs." + "x".repeat(90), Map.of());
        Decision decision = Scene.allowed("a".repeat(24));
        Outcome outcome = new Outcome.Answered(Response.of(Map.of(
                "data", Map.of("user", "app", "password", "correct horse battery staple"),
                "metadata",
                        Map.of(
                                "created_time",
                                "2026-01-02T03:04:05.678Z",
                                "deletion_time",
                                "",
                                "destroyed",
                                false,
                                "version",
                                1L))));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int pass = 0; pass < 4; pass++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                Audited audited = new Audited(request, decision, Scene.KV);
                broker.asked(audited);
                broker.answered(audited, outcome);
            }
            System.out.printf(
                    "%s: %.2f us CPU, %d bytes allocated for each kv read%n",
                    args[0],
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / ROUNDS,
                    (threads.getCurrentThreadAllocatedBytes() - bytes) / ROUNDS);
        }
        table.stop();
    }
}

package io.casemate.http;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Counts threads, virtual ones too, by what they are doing. */
final class LiveThreads {
    private static final Pattern ENTRY = Pattern.compile("(?m)^$");

    private LiveThreads() {}

    /** How many have {@code frame} in their stack, now. */
    static long in(Path folder, String frame) throws IOException {
        Path dump = folder.resolve("threads-" + System.nanoTime() + ".txt");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Arrays.stream(ENTRY.split(Files.readString(dump)))
                .filter(thread -> thread.contains(frame))
                .count();
    }

    /** The same, once it has come down to {@code expected} or after ten seconds. */
    static long settled(Path folder, String frame, long expected) throws IOException, InterruptedException {
        long count = in(folder, frame);
        for (int i = 0; i < 50 && count != expected; i++) {
            Thread.sleep(200);
            count = in(folder, frame);
        }
        return count;
    }
}

package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lives on a disk of 8 MiB that fills up, with 2 MiB in reserve, and exits 0 when all went as it should. */
final class Reserves {
    private static final int OVER_A_CHECK = 1100;

    private final Path folder;
    private final AuditDevice device;
    private final List<String> taken = new ArrayList<>();

    private Reserves(Path folder) {
        this.folder = folder;
        device = new FileDeviceFactory()
                .create(
                        "file/",
                        Map.of(
                                "file_path", folder.resolve("audit.log").toString(),
                                "reserve", "2MiB",
                                "low_space", "1MiB"));
    }

    /** {@code args}: the folder that the disk is mounted at. */
    public static void main(String[] args) throws IOException, InterruptedException {
        new Reserves(Path.of(args[0])).run();
    }

    private void run() throws IOException, InterruptedException {
        Path reserve = folder.resolve(".audit.log.reserve");
        check(takes() && Files.size(reserve) == 2 << 20, "no reserve was made");
        check(device.alarm().isEmpty(), "an alarm without a reason: " + device.alarm());
        Files.write(folder.resolve("ballast"), new byte[5 * (1 << 20) + (1 << 19)]);
        Thread.sleep(OVER_A_CHECK);
        check(takes() && device.alarm().startsWith("only 0 MiB are free"), "no alarm of little space");
        while (Files.exists(reserve)) {
            check(takes(), "an entry was refused while there was a reserve");
        }
        check(device.alarm().contains("the disk of the audit file is full"), device.alarm());
        int before = taken.size();
        while (takes()) {
            check(taken.size() < 100_000, "the disk never filled up");
        }
        check(taken.size() - before > 2500, "the reserve took " + (taken.size() - before) + " entries only");
        Files.delete(folder.resolve("ballast"));
        check(takes(), "room came back and entries did not");
        check(Files.exists(reserve) && device.alarm().isEmpty(), "the reserve was not made again: " + device.alarm());
        List<String> found = new ArrayList<>(Files.readAllLines(folder.resolve("audit.log")));
        found.retainAll(new java.util.HashSet<>(taken));
        check(found.equals(taken), "entries that were taken are not there, once and in their order");
    }

    private boolean takes() {
        String text = taken.size() + " " + "x".repeat(700);
        try {
            device.write(Scene.line(text));
            taken.add(text);
            return true;
        } catch (FaultException e) {
            check(
                    e.fault() instanceof Fault.StorageFailed failed && failed.problem() == Fault.StorageProblem.FULL,
                    "refused for another reason: " + e);
            return false;
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}

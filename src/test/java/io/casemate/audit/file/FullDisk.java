package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills the little room it is given with entries, in a process of its own: every entry taken must be there whole, every
 * other refused; and entries are taken again once there is room. Exits 0 when that is so.
 */
final class FullDisk {
    private static final int MOST = 10_000;

    private FullDisk() {}

    /** {@code args}: the folder whose space (or file size) is limited, maybe with a file {@code ballast} in it. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path file = folder.resolve("audit.log");
        AuditDevice device = new FileDeviceFactory().create("file/", Map.of("file_path", file.toString()));
        int taken = 0;
        while (taken < MOST && takes(device, taken)) {
            taken++;
        }
        check(taken > 0 && taken < MOST, "the disk never filled up: " + taken);
        for (int i = 0; i < 5; i++) {
            check(!takes(device, taken), "an entry was taken without room for it");
        }
        int room = Files.deleteIfExists(folder.resolve("ballast")) ? 1 : 0;
        if (room == 0) {
            Files.move(file, folder.resolve("audit.1"));
            device.reopen();
        }
        check(takes(device, taken + 1), "room came back and entries did not");
        List<String> lines = Files.readAllLines(room == 1 ? file : folder.resolve("audit.1"));
        Set<String> found = new HashSet<>(lines);
        for (int i = 0; i < taken; i++) {
            check(found.contains(text(i)), "entry " + i + " was taken and is not there");
        }
        check(Files.readAllLines(file).getLast().equals(text(taken + 1)), "the first entry with room is garbled");
        Files.writeString(Path.of(args[1]), Integer.toString(taken));
    }

    private static boolean takes(AuditDevice device, int number) {
        try {
            device.write(Scene.line(text(number)));
            return true;
        } catch (FaultException e) {
            check(
                    e.fault() instanceof Fault.StorageFailed failed && failed.problem() == Fault.StorageProblem.FULL,
                    "refused for another reason: " + e);
            return false;
        }
    }

    private static String text(int number) {
        return number + " " + "x".repeat(700);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}

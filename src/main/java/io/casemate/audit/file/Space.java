package io.casemate.audit.file;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Watches the space of the audit file's disk, keeps some in reserve, and gives it up when the disk is full. Whatever happens
 * is said loudly and once, and stays an alarm until it is over. {@link #look} and {@link #giveUp} are for the one thread that
 * holds the device's lock; {@link #alarm} is for any.
 */
final class Space {
    private static final System.Logger LOG = System.getLogger("casemate.audit");
    private static final long MIB = 1 << 20;

    private final String name;
    private final Path folder;
    private final Reserve reserve;
    private final long low;
    private volatile String alarm = "";
    private boolean given;

    /** @param low bytes of free space below which there is an alarm; 0 for never */
    Space(String name, Path file, Reserve reserve, long low) {
        this.name = name;
        this.folder = file.getParent();
        this.reserve = reserve;
        this.low = low;
    }

    /** Looks how much there is, and takes the reserve (again) when there is plenty. */
    void look() {
        long free = free();
        boolean plenty = free >= low + (reserve.taken() ? 0 : 2 * reserve.size());
        if (plenty) {
            reserve.take();
        }
        if (given && plenty) {
            given = false;
            LOG.log(Level.WARNING, "audit device {0}: space is in reserve again", name);
        }
        say(given ? usedUp() : plenty ? "" : "only " + free / MIB + " MiB are free on the disk of the audit file");
    }

    /** The disk is full: gives up the reserve. False when there is none left to give. */
    boolean giveUp() {
        boolean gave = reserve.release();
        given = given || gave;
        say(given ? usedUp() : "the disk of the audit file is full");
        return gave;
    }

    String alarm() {
        return alarm;
    }

    private String usedUp() {
        return "the disk of the audit file is full; entries go into the last " + (reserve.size() + MIB - 1) / MIB
                + " MiB, which were kept for this: make space now";
    }

    private void say(String now) {
        if (!now.equals(alarm) && kind(now) != kind(alarm)) {
            LOG.log(
                    now.isEmpty() ? Level.WARNING : Level.ERROR,
                    "audit device " + name + ": " + (now.isEmpty() ? "there is enough space again" : now));
        }
        alarm = now;
    }

    /** The same alarm with another number is no news. */
    private static int kind(String text) {
        return text.isEmpty() ? 0 : text.startsWith("only") ? 1 : 2;
    }

    private long free() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            // A folder that is gone is found out by the next write, which says so.
            return Long.MAX_VALUE;
        }
    }
}

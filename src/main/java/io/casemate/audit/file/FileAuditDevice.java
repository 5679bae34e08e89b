package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;

/**
 * Appends to a file, a line with one write, owner-only. A file that was deleted or replaced is noticed by the first
 * entry more than a second later: a new one is made, and entries of that last second are written again, so that none is
 * lost with the old file (after an unannounced rename some stand in both). A full disk takes the reserve first ({@link Space}),
 * then refuses entries until there is space. A line that was cut short is ended before the next. While a disk hangs, one thread
 * waits for it, and all others are refused.
 */
public final class FileAuditDevice implements AuditDevice {
    private static final System.Logger LOG = System.getLogger("casemate.audit");
    private static final long CHECK_NANOS = 1_000_000_000L;
    private static final int MOST_RECENT = 1 << 18;

    /** Equal to no file's identity. */
    private static final Object LOST = new Object();

    private final String name;
    private final Sink file;
    private final Space space;
    private final BoundedLock writing;

    /** Lines written since the file was last seen in its place. */
    private final RecentLines recent = new RecentLines();

    /** Null while not open. */
    private OutputStream stream;

    /** Of the file last opened; null when entries of another one are not missed. */
    private Object identity;

    private boolean suspect;
    private long checkedAt;
    private long lookedAt;
    private volatile boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param patience how long an entry waits for those before it
     */
    FileAuditDevice(String name, Sink file, Space space, Duration patience) {
        this.writing = new BoundedLock(patience);
        this.name = name;
        this.file = file;
        this.space = space;
    }

    @Override
    public void write(AuditLine line) {
        enter();
        try {
            append(line);
        } catch (IOException e) {
            suspect = true;
            retry(line, e);
        } finally {
            leave();
        }
    }

    private void enter() {
        if (!writing.taken()) {
            long millis = writing.underWay().toMillis();
            throw new Fault.StorageFailed(
                            Fault.StorageProblem.IO,
                            "audit file " + file.path() + ": its disk has not answered for " + millis + " ms")
                    .asException();
        }
    }

    /** What was disabled while its disk hung lets go of its file now. */
    private void leave() {
        if (closed) {
            letGo();
        }
        writing.over();
    }

    @Override
    public Duration underWay() {
        return writing.underWay();
    }

    private void append(AuditLine line) throws IOException {
        if (stream == null || suspect || vanished()) {
            renew();
        }
        stream.write(line.bytes());
        recent.write(line.bytes());
    }

    /** Once more, into the reserve, if space was what was missing. */
    private void retry(AuditLine line, IOException first) {
        if (!full(first) || !space.giveUp()) {
            throw fault(first);
        }
        try {
            append(line);
        } catch (IOException e) {
            suspect = true;
            throw fault(e);
        }
    }

    @Override
    public boolean prompt() {
        return true;
    }

    /** Looks at the disk, so that one that others fill up is told of before the next entry. */
    @Override
    public String alarm() {
        if (writing.takenAtOnce()) {
            try {
                if (stream != null && System.nanoTime() - lookedAt >= CHECK_NANOS) {
                    look();
                }
            } finally {
                leave();
            }
        }
        return space.alarm();
    }

    private void look() {
        space.look();
        lookedAt = System.nanoTime();
    }

    @Override
    public void reopen() {
        enter();
        try {
            suspect = true;
            identity = null;
            renew();
        } catch (IOException e) {
            throw fault(e);
        } finally {
            leave();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (writing.taken()) {
            leave();
        }
    }

    /** Whether another file is in the place of ours, or none; looked at once in a while. */
    private boolean vanished() throws IOException {
        long now = System.nanoTime();
        if (now - checkedAt < CHECK_NANOS && recent.size() < MOST_RECENT) {
            return false;
        }
        if (!inPlace()) {
            LOG.log(Level.ERROR, "the file of audit device {0} was deleted or replaced: making a new one", name);
            return true;
        }
        if (now - lookedAt >= CHECK_NANOS) {
            look();
        }
        recent.reset();
        checkedAt = now;
        return false;
    }

    private boolean inPlace() throws IOException {
        try {
            return file.identity().equals(identity);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Opens what is at the path before the old file is let go, because only then a new file cannot have the inode of the
     * old. If that fails the old one goes all the same: it may hold the very space that is missing.
     */
    private void renew() throws IOException {
        if (closed) {
            throw new IllegalStateException("audit device " + name + " is disabled");
        }
        Sink.Opened opened;
        try {
            opened = file.open();
        } catch (IOException | FaultException e) {
            letGo();
            identity = identity == null ? null : LOST;
            throw e;
        }
        letGo();
        stream = opened.stream();
        suspect = true;
        if (opened.torn()) {
            stream.write('\n');
        }
        if (identity != null && !identity.equals(opened.identity())) {
            recent.writeTo(stream);
        }
        recent.reset();
        identity = opened.identity();
        suspect = false;
        look();
        checkedAt = System.nanoTime();
    }

    private void letGo() {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "closing the file of audit device " + name, e);
            }
            stream = null;
        }
    }

    private RuntimeException fault(IOException e) {
        boolean full = full(e);
        Fault.StorageProblem problem = full ? Fault.StorageProblem.FULL : Fault.StorageProblem.IO;
        String remedy = full ? ": make space, entries are taken again by themselves" : "";
        return new Fault.StorageFailed(problem, "audit file " + file.path() + ": " + reason(e) + remedy).causedBy(e);
    }

    private static boolean full(IOException e) {
        String lower = reason(e).toLowerCase(Locale.ROOT);
        return lower.contains("no space") || lower.contains("quota") || lower.contains("too large");
    }

    /** The exceptions of java.nio.file often say only the path. */
    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its folder does not exist";
            case AccessDeniedException _ -> "access denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}

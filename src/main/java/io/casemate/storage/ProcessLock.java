package io.casemate.storage;

import io.casemate.kernel.Fault.StorageProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process, and a second opening in this one, away from a store. The kernel drops the lock when the
 * process ends in whatever way, so there is never a stale one to remove.
 *
 * <p>It lives in a file of its own, because a POSIX lock is lost as soon as the process closes any descriptor of the
 * locked file. That file stays behind on purpose: deleting it would let two processes lock two different files.
 */
public final class ProcessLock implements AutoCloseable {
    private final FileChannel channel;

    private ProcessLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks {@code file}, creating it when absent.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}: {@code LOCKED} when somebody holds it
     */
    public static ProcessLock acquire(Path file) {
        try {
            createOnce(file);
            return lock(file, FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw StorageFiles.fault(file, e);
        }
    }

    private static void createOnce(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                StorageFiles.create(file);
            } catch (FileAlreadyExistsException e) {
                // somebody else created it this moment; who locks it first wins
                return;
            }
        }
    }

    private static ProcessLock lock(Path file, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            channel.close();
            throw StorageFiles.fault(
                    StorageProblem.LOCKED,
                    file,
                    "another process has this store open. Stop it first (fuser -v shows which one it is)");
        }
        return new ProcessLock(channel);
    }

    /** Lets go. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger("casemate.storage").log(System.Logger.Level.DEBUG, "closing a lock file", e);
        }
    }
}

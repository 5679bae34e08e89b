package io.casemate.barrier;

import io.casemate.kernel.Download;
import io.casemate.storage.Spool;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A complete snapshot that was just taken. */
public final class StoredSnapshot implements Download {
    private final Spool spool;

    StoredSnapshot(Spool spool) {
        this.spool = spool;
    }

    @Override
    public long length() {
        return spool.length();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (InputStream in = spool.open()) {
            in.transferTo(out);
        }
    }

    /**
     * Keeps it as a file of mode 0600, durably, in place of an earlier one.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}; the earlier one is there then
     */
    public void keep(Path target) {
        Path unfinished = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            StorageFiles.create(unfinished);
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                writeTo(out);
            }
            StorageFiles.sync(unfinished);
            StorageFiles.moveDurably(unfinished, target);
        } catch (IOException e) {
            throw StorageFiles.fault(target, e);
        }
    }

    @Override
    public void close() {
        spool.close();
    }
}

package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.StorageFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** What the engine and the disk say, as faults that name the file and the remedy. */
final class StoreFaults {
    static final String RESTORE =
            "Stop the server, keep a copy of this file for inspection, and restore the last backup";

    private StoreFaults() {}

    static FaultException of(Path file, Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof FaultException known) {
                return known.fault().causedBy(problem);
            }
            if (t instanceof DamagedBlockException || t instanceof EOFException) {
                return corrupt(file, problem);
            }
            if (t instanceof VirtualMachineError) {
                return new Fault.StorageFailed(
                                StorageProblem.IO, file + ": out of memory. Give the server a larger heap")
                        .causedBy(problem);
            }
            if (t instanceof Error) {
                return new Fault.StorageFailed(StorageProblem.IO, file + ": the store's library failed: " + t)
                        .causedBy(problem);
            }
            if (t instanceof IOException io) {
                return StorageFiles.fault(file, io);
            }
        }
        return ofEngine(file, problem);
    }

    private static FaultException ofEngine(Path file, Throwable problem) {
        if (problem instanceof MVStoreException engine) {
            if (engine.getErrorCode() == DataUtils.ERROR_UNSUPPORTED_FORMAT) {
                return new Fault.StorageFailed(
                                StorageProblem.NEWER,
                                file + ": written by a newer MVStore. Start the Casemate that wrote it")
                        .causedBy(problem);
            }
            if (engine.getErrorCode() == DataUtils.ERROR_CLOSED) {
                return closed(file);
            }
        }
        return corrupt(file, problem);
    }

    private static FaultException corrupt(Path file, Throwable problem) {
        return new Fault.StorageFailed(StorageProblem.CORRUPT, file + ": damaged or cut off. " + RESTORE)
                .causedBy(problem);
    }

    static FaultException rolledBack(Path file, String what, Path mark) {
        return StorageFiles.fault(
                StorageProblem.ROLLED_BACK,
                file,
                what + ". Put the newest store back; or, to go on with this one on purpose (after a restore), delete "
                        + mark + " and start again");
    }

    static FaultException closed(Path file) {
        return StorageFiles.fault(StorageProblem.IO, file, "the store is closed");
    }
}

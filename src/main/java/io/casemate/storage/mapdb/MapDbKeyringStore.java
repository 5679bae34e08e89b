package io.casemate.storage.mapdb;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.HighWaterMark;
import io.casemate.storage.KeyringStore;
import io.casemate.storage.ProcessLock;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * {@link KeyringStore} in a directory of MapDB files, one immutable file per generation (docs/formats/keyring-file.md,
 * docs/adr/0004-keyring-in-mapdb-generations.md). The newest and the one before are kept. {@code keyring.mark} holds
 * the highest number ever saved, so that a missing or older keyring is noticed.
 */
public final class MapDbKeyringStore implements KeyringStore {
    private static final System.Logger LOG = System.getLogger("casemate.storage");
    private static final UUID NO_ID = new UUID(0, 0);

    private final Path directory;
    private final ProcessLock processLock;
    private final ReentrantLock lock = new ReentrantLock();
    private HighWaterMark mark;
    private GenerationFile intact;
    private boolean loadedPrevious;

    private MapDbKeyringStore(Path directory, ProcessLock processLock) {
        this.directory = directory;
        this.processLock = processLock;
    }

    /**
     * Opens the keyring in {@code directory}, creating the directory (mode 0700) when absent.
     *
     * @throws FaultException {@code StorageFailed}: {@code LOCKED} by another process, {@code IO}
     */
    public static MapDbKeyringStore open(Path directory) {
        Path place = directory.toAbsolutePath();
        try {
            if (!Files.isDirectory(place)) {
                Files.createDirectory(
                        place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                StorageFiles.syncDirectory(StorageFiles.directoryOf(place));
            }
        } catch (IOException e) {
            throw StorageFiles.fault(place, e);
        }
        MapDbKeyringStore store = new MapDbKeyringStore(place, ProcessLock.acquire(place.resolve("keyring.lock")));
        try {
            Files.deleteIfExists(place.resolve(GenerationFile.UNFINISHED));
            store.mark = HighWaterMark.open(place.resolve("keyring.mark")).orElse(null);
            return store;
        } catch (IOException e) {
            store.processLock.close();
            throw StorageFiles.fault(place, e);
        } catch (RuntimeException e) {
            store.processLock.close();
            throw e;
        }
    }

    @Override
    public Optional<Map<String, byte[]>> load() {
        lock.lock();
        try {
            return loadNewest(generations());
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Map<String, byte[]>> loadNewest(List<GenerationFile> newestFirst) throws IOException {
        requireKnownFormat(newestFirst);
        for (GenerationFile generation : newestFirst) {
            Optional<Map<String, byte[]>> records = generation.read();
            if (records.isPresent()) {
                intact = generation;
                judge(generation, newestFirst.getFirst());
                return records;
            }
        }
        if (newestFirst.isEmpty() && highest() == 0) {
            return Optional.empty();
        }
        throw gone(newestFirst);
    }

    private static void requireKnownFormat(List<GenerationFile> generations) {
        for (GenerationFile generation : generations) {
            if (generation.format() > GenerationFile.FORMAT) {
                throw StorageFiles.fault(
                        StorageProblem.NEWER,
                        generation.path(),
                        "written in keyring format " + generation.format() + ", this Casemate knows up to "
                                + GenerationFile.FORMAT + ". Start the Casemate that wrote it; nothing was changed");
            }
        }
    }

    private void judge(GenerationFile used, GenerationFile newest) {
        loadedPrevious = !used.equals(newest) || used.number() < highest();
        if (loadedPrevious) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: the newest generation of the keyring ({1}) is damaged or gone, generation {2} is used. What was"
                            + " encrypted with a newer key cannot be read. Restore the newest keyring from a backup.",
                    directory,
                    Math.max(newest.number(), highest()),
                    used.number());
        }
    }

    private FaultException gone(List<GenerationFile> damaged) {
        return damaged.isEmpty()
                ? StorageFiles.fault(
                        StorageProblem.ROLLED_BACK,
                        directory,
                        "the keyring is gone, generation " + highest() + " was saved here. Restore it from a backup; to"
                                + " begin anew on purpose, empty the whole directory")
                : StorageFiles.fault(
                        StorageProblem.CORRUPT,
                        directory,
                        "no generation of the keyring is intact (" + damaged.size()
                                + " damaged). Restore the keyring from a backup");
    }

    @Override
    public boolean loadedPrevious() {
        return loadedPrevious;
    }

    @Override
    public boolean save(Map<String, byte[]> records) {
        lock.lock();
        try {
            List<GenerationFile> before = generations();
            requireKnownFormat(before);
            if (intact == null) {
                loadNewest(before);
            }
            long number =
                    Math.max(highest(), before.isEmpty() ? 0 : before.getFirst().number()) + 1;
            GenerationFile saved = GenerationFile.write(directory, number, new TreeMap<>(records));
            GenerationFile previous = intact;
            intact = saved;
            loadedPrevious = false;
            raiseMark(number);
            return pruned(before, previous);
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        } catch (org.mapdb.DBException e) {
            throw e.getCause() instanceof IOException io
                    ? StorageFiles.fault(directory, io)
                    : StorageFiles.fault(directory, new IOException("MapDB could not write the keyring", e));
        } finally {
            lock.unlock();
        }
    }

    /** The generation is durable already: what fails from here on is said and does not undo it. */
    private void raiseMark(long number) {
        try {
            if (mark == null) {
                mark = HighWaterMark.create(directory.resolve("keyring.mark"), NO_ID, number);
            } else {
                mark.raise(number);
                mark.sync();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + ": the keyring's high-water mark cannot be written", e);
        }
    }

    /** Former keys and shares may open an old generation: it must not come back with the power. */
    private boolean pruned(List<GenerationFile> before, GenerationFile keep) {
        boolean all = true;
        for (GenerationFile old : before) {
            all &= old.equals(keep) || deleted(old.path());
        }
        try {
            StorageFiles.syncDirectory(directory);
            return all;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + ": what was deleted may come back", e);
            return false;
        }
    }

    private static boolean deleted(Path old) {
        try {
            Files.deleteIfExists(old);
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, old + ": an old generation cannot be deleted", e);
            return false;
        }
    }

    private long highest() {
        return mark == null ? 0 : mark.version();
    }

    private List<GenerationFile> generations() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.flatMap(file -> GenerationFile.named(file).stream())
                    .sorted(Comparator.comparingLong(GenerationFile::number).reversed())
                    .toList();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (mark != null) {
                mark.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing the keyring's mark", e);
        } finally {
            processLock.close();
            lock.unlock();
        }
    }
}

package io.casemate.hsm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The modules this process has loaded, by file. PKCS#11 keeps initialisation and login per process and module, which makes
 * this the one static registry of the room: two tokens behind one module must not finalise it under each other.
 */
final class Libraries {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<Path, Library> LOADED = new HashMap<>();

    private Libraries() {}

    /** The module at {@code path} for one more user. The file need not exist yet. */
    static Library join(Path path) {
        LOCK.lock();
        try {
            Library library = LOADED.computeIfAbsent(real(path), Library::new);
            library.join();
            return library;
        } finally {
            LOCK.unlock();
        }
    }

    /** Ends one use; the module is finalised with the last. */
    static void leave(Library library) {
        LOCK.lock();
        try {
            if (library.leave()) {
                LOADED.values().remove(library);
            }
        } finally {
            LOCK.unlock();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}

package io.casemate.hsm;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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

    /**
     * The module at {@code path} for one more user. The file need not exist yet.
     *
     * @param arguments of {@code C_Initialize}; a module is initialised once, so all its users have to say the same
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when they do not
     */
    static Library join(Path path, String arguments) {
        LOCK.lock();
        try {
            Library library = LOADED.computeIfAbsent(real(path), file -> new Library(file, arguments));
            if (!library.arguments().equals(arguments)) {
                throw new Fault.Misconfigured(List.of("init_args: " + path
                                + " is initialised once for all seals that use it; give them the same init_args"))
                        .asException();
            }
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

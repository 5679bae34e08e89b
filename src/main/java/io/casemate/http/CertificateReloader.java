package io.casemate.http;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;

/**
 * Keeps the server's certificate current: on demand, and when one of its files changes. Files that cannot be used change
 * nothing and are told of in the log, once per change.
 */
final class CertificateReloader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.http");

    private final ServerKeys keys;
    private final Path certificate;
    private final Path key;
    private final Repeated looks;
    private volatile List<String> seen;

    CertificateReloader(ServerKeys keys, HttpSettings settings, Duration interval) {
        this.keys = keys;
        this.certificate = settings.certificate();
        this.key = settings.key();
        this.seen = prints();
        this.looks = new Repeated("tls-files", () -> looked(interval));
        looks.start(interval);
    }

    /** Reads both files now. True when new handshakes use what they hold. */
    synchronized boolean reload() {
        seen = prints();
        try {
            TlsIdentity next = TlsIdentity.load(certificate, key);
            if (!next.equals(keys.current())) {
                keys.replace(next);
                LOG.log(
                        Level.INFO,
                        "TLS certificate now in use: {0}, serial {1}, valid until {2}",
                        next.chain().getFirst().getSubjectX500Principal(),
                        next.chain().getFirst().getSerialNumber().toString(16),
                        next.chain().getFirst().getNotAfter().toInstant());
            }
            return true;
        } catch (FaultException e) {
            LOG.log(Level.ERROR, "TLS certificate not replaced, the old one stays in use: {0}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        looks.stop();
    }

    private Duration looked(Duration interval) {
        if (!prints().equals(seen)) {
            reload();
        }
        return interval;
    }

    private List<String> prints() {
        return List.of(print(certificate), print(key));
    }

    /** What changes when a file is rewritten, replaced, or a symbolic link to it is turned. */
    private static String print(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.fileKey() + "/" + now.size() + "/" + now.lastModifiedTime();
        } catch (IOException e) {
            return "absent";
        }
    }
}

package io.casemate.http;

import java.nio.file.Path;

/** Files with a listener's certificate and key, before there is a listener. */
public final class TlsFiles {
    private TlsFiles() {}

    /**
     * Reads both as a listener would.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}, naming the file and what to do: the key is of another
     *     certificate, open to everybody, in another format
     */
    public static void check(Path certificate, Path key) {
        TlsIdentity.load(certificate, key);
    }
}

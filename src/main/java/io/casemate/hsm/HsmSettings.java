package io.casemate.hsm;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How to reach a token.
 *
 * @param library the PKCS#11 module, a {@code .so} file
 * @param initArguments handed to the module by {@code C_Initialize} ({@code CK_C_INITIALIZE_ARGS.pReserved}); empty for
 *     nothing, as the standard wants it, but NSS and modules like it say there where their files are
 * @param token which token behind it
 * @param pin asked at each login; what it returns is wiped after use
 * @param maxSessions sessions used at the same time, 1 to 1024; one more is held open for the login
 * @param forceReadWrite open sessions for writing although the token says that it is write-protected
 * @param callTimeout the longest a caller waits for an operation; key generation may take {@value #GENERATION_FACTOR} times
 *     as long
 */
public record HsmSettings(
        Path library,
        String initArguments,
        TokenSelector token,
        Supplier<SecretBytes> pin,
        int maxSessions,
        boolean forceReadWrite,
        Duration callTimeout) {
    /** What suits most tokens. */
    public static final int DEFAULT_MAX_SESSIONS = 16;

    /** What suits most networks. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(10);

    /** A key generation may take so many times as long as another call. */
    public static final int GENERATION_FACTOR = 12;

    private static final int MOST_SESSIONS = 1024;

    /**
     * Checks the limits.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} with everything that is wrong
     */
    public HsmSettings {
        List<String> problems = new ArrayList<>();
        if (!library.isAbsolute()) {
            problems.add("library: '" + library + "' is not an absolute path");
        }
        if (maxSessions < 1 || maxSessions > MOST_SESSIONS) {
            problems.add("max_parallel: " + maxSessions + " is not between 1 and " + MOST_SESSIONS);
        }
        if (callTimeout.compareTo(Duration.ofMillis(1)) < 0 || callTimeout.compareTo(Duration.ofHours(1)) > 0) {
            problems.add("call_timeout: " + callTimeout + " is not between 1 ms and 1 h");
        }
        if (!problems.isEmpty()) {
            throw new Fault.Misconfigured(problems).asException();
        }
    }

    /** Settings with the usual number of sessions and deadline. */
    public static HsmSettings of(Path library, TokenSelector token, Supplier<SecretBytes> pin) {
        return new HsmSettings(library, "", token, pin, DEFAULT_MAX_SESSIONS, false, DEFAULT_CALL_TIMEOUT);
    }

    /** The same with another deadline. */
    public HsmSettings withCallTimeout(Duration timeout) {
        return new HsmSettings(library, initArguments, token, pin, maxSessions, forceReadWrite, timeout);
    }

    /** The same with another number of sessions. */
    public HsmSettings withMaxSessions(int sessions) {
        return new HsmSettings(library, initArguments, token, pin, sessions, forceReadWrite, callTimeout);
    }

    /** The same with other arguments of {@code C_Initialize}. */
    public HsmSettings withInitArguments(String arguments) {
        return new HsmSettings(library, arguments, token, pin, maxSessions, forceReadWrite, callTimeout);
    }

    /** The same, or not, with sessions for writing in any case. */
    public HsmSettings withForceReadWrite(boolean force) {
        return new HsmSettings(library, initArguments, token, pin, maxSessions, force, callTimeout);
    }

    @Override
    public String toString() {
        return token + " behind " + library;
    }
}

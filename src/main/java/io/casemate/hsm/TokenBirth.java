package io.casemate.hsm;

import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Initialises a token that nobody has initialised yet. One that holds keys is never touched. */
public final class TokenBirth {
    private TokenBirth() {}

    /**
     * Gives the library's first uninitialised token a label and PINs, unless there is a token with that label already.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}; {@code Misconfigured} when every token is in use
     */
    public static void initialise(Path library, String label, SecretBytes officerPin, SecretBytes userPin) {
        Library module = Libraries.join(library, "");
        try {
            module.use(cryptoki -> {
                if (find(cryptoki, label).isEmpty()) {
                    initialise(cryptoki, label, officerPin, userPin);
                }
                return null;
            });
        } finally {
            Libraries.leave(module);
        }
    }

    private static void initialise(Cryptoki cryptoki, String label, SecretBytes officerPin, SecretBytes userPin) {
        long free = Arrays.stream(cryptoki.slots(true))
                .filter(slot -> !cryptoki.tokenInfo(slot).has(Ckf.TOKEN_INITIALIZED))
                .findFirst()
                .orElseThrow(
                        () -> new Fault.Misconfigured(List.of("the library has no uninitialised token")).asException());
        cryptoki.initToken(free, officerPin, label);
        long slot = find(cryptoki, label).orElseThrow();
        long session = cryptoki.openSession(slot, true);
        try {
            cryptoki.login(session, Ckf.SECURITY_OFFICER, officerPin);
            cryptoki.initPin(session, userPin);
            cryptoki.logout(session);
        } finally {
            cryptoki.closeSession(session);
        }
    }

    /** Slots are numbered anew when a token is initialised, so it is looked for by its label. */
    private static java.util.OptionalLong find(Cryptoki cryptoki, String label) {
        return Arrays.stream(cryptoki.slots(true))
                .filter(slot -> cryptoki.tokenInfo(slot).has(Ckf.TOKEN_INITIALIZED))
                .filter(slot -> cryptoki.tokenInfo(slot).label().equals(label))
                .findFirst();
    }
}

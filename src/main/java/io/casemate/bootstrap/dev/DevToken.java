package io.casemate.bootstrap.dev;

import io.casemate.hsm.TokenBirth;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** The dev server's HSM: a SoftHSM token in its directory. The launcher has set {@code SOFTHSM2_CONF} to it. */
final class DevToken {
    static final String LABEL = "casemate-dev";

    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
            Path.of("/usr/lib64/softhsm/libsofthsm2.so"));

    private DevToken() {}

    static Path library() {
        return LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new Fault.Misconfigured(List.of(
                                "SoftHSM is missing; install it: apt-get install softhsm2, or dnf install softhsm"))
                        .asException());
    }

    /** Makes the token if it is not there. The security officer's PIN is random and forgotten. */
    static void make(Path library, Path pin, SecureRandom random) throws IOException {
        byte[] officer = new byte[16];
        random.nextBytes(officer);
        try (SecretBytes officerPin = SecretBytes.ofText(HexFormat.of().formatHex(officer));
                SecretBytes userPin = SecretBytes.owning(Files.readAllBytes(pin))) {
            TokenBirth.initialise(library, LABEL, officerPin, userPin);
        }
    }
}

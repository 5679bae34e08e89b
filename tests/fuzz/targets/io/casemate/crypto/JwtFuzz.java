package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;

/** A signed token of an identity provider: taken apart, or refused. */
public final class JwtFuzz {
    private JwtFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            SignedJwt.parse(new String(input, StandardCharsets.UTF_8));
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}

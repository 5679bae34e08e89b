package io.casemate.policy;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;

/** A password policy: understood, or refused as a bad request. */
public final class PasswordPolicyFuzz {
    private PasswordPolicyFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            PasswordPolicy.parse(new String(input, StandardCharsets.UTF_8));
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}

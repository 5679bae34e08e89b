package io.casemate.policy;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;

/** An access policy in HCL or JSON: understood whole, or refused as a bad request; understood the same way twice. */
public final class PolicyFuzz {
    private PolicyFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            Policy policy = PolicyParser.parse("p", text);
            for (PathRule rule : policy.rules()) {
                if (Capability.DENY.in(rule.bits()) && rule.bits() != Capability.DENY.bit()) {
                    throw new AssertionError("a rule that denies and allows");
                }
                if (rule.pattern().codePoints().anyMatch(Character::isISOControl)) {
                    throw new AssertionError("a control character in a path");
                }
            }
            if (!policy.rules().equals(PolicyParser.parse("p", text).rules())) {
                throw new AssertionError("read differently the second time");
            }
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}

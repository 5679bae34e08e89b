package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Wrong PINs, until the token locks. The token is of no use afterwards, so these come last. */
final class PinRows {
    static final List<Row> ALL = List.of(new Row("wrong PINs until it locks", PinRows::locks));

    private static final int MOST = 10;

    private PinRows() {}

    private static String locks(ModuleToken token) throws Exception {
        token.leave();
        token.act("reinit"); // none was counted yet, and a token that cannot be made anew must not be locked
        long slot = Long.parseUnsignedLong(token.slot().id());
        HsmSettings settings = token.settings();
        token.leave();
        Library library = Libraries.join(settings.library(), settings.initArguments());
        Set<String> flags = new LinkedHashSet<>();
        int tries;
        try {
            tries = library.use(module -> tries(module, slot, flags));
        } finally {
            Libraries.leave(library);
        }
        String told = flags.isEmpty() ? "it tells nothing" : "it tells: " + String.join(", ", flags);
        if (tries > MOST) {
            token.hsm().random(new byte[1]);
            return "never (" + MOST + " tried); " + told;
        }
        HsmFailed failed =
                WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> token.hsm().random(new byte[1]));
        assertEquals("CKR_PIN_LOCKED", failed.code());
        return tries + "; " + told;
    }

    /** How many it takes, and which flags it showed on the way; one more than {@link #MOST} when it never locks. */
    private static int tries(Cryptoki module, long slot, Set<String> flags) {
        long session = module.openSession(slot, true);
        try (SecretBytes wrong = SecretBytes.ofText("000000")) {
            for (int i = 1; i <= MOST; i++) {
                String code = refusal(module, session, wrong);
                TokenInfo info = module.tokenInfo(slot);
                note(info, Ckf.USER_PIN_COUNT_LOW, "count low", flags);
                note(info, Ckf.USER_PIN_FINAL_TRY, "final try", flags);
                note(info, Ckf.USER_PIN_LOCKED, "locked", flags);
                if (code.equals("CKR_PIN_LOCKED") || info.has(Ckf.USER_PIN_LOCKED)) {
                    return code.equals("CKR_PIN_LOCKED") ? i - 1 : i;
                }
            }
            return MOST + 1;
        } finally {
            module.closeSession(session);
        }
    }

    private static String refusal(Cryptoki module, long session, SecretBytes wrong) {
        try {
            module.login(session, Ckf.USER, wrong);
            throw new AssertionError("the token took a wrong PIN");
        } catch (FaultException e) {
            return ((HsmFailed) e.fault()).code();
        }
    }

    private static void note(TokenInfo info, long flag, String name, Set<String> flags) {
        if (info.has(flag)) {
            flags.add(name);
        }
    }
}

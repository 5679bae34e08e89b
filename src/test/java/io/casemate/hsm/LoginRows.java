package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Finding the token, logging in, and what needs no key. */
final class LoginRows {
    static final List<Row> ALL = List.of(
            new Row("library", LoginRows::library),
            new Row("found by", LoginRows::found),
            new Row("a token that is not there", LoginRows::absent),
            new Row("wrong PIN", LoginRows::wrongPin),
            new Row("random numbers", LoginRows::random),
            new Row("16 calls at once", LoginRows::atOnce));

    private static final byte[] OUT = new byte[32];

    private LoginRows() {}

    private static String library(ModuleToken token) {
        return token.hsm().health().library();
    }

    private static String found(ModuleToken token) {
        SlotDescription slot = token.slot();
        List<String> ways = new ArrayList<>();
        token.open(token.settings()).random(OUT);
        ways.add("label");
        Hsm bySerial = token.open(token.by(TokenSelector.serial(slot.serial()), token.pin()));
        boolean unique = token.hsm().slots().stream()
                        .filter(one -> one.initialized() && one.serial().equals(slot.serial()))
                        .count()
                == 1;
        if (unique) {
            bySerial.random(OUT);
            ways.add("serial");
        } else {
            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> bySerial.random(OUT));
            assertTrue(failed.advice().endsWith("choose by token_label"), failed.advice());
        }
        String hex = "0x" + Long.toHexString(Long.parseUnsignedLong(slot.id()));
        token.open(token.by(TokenSelector.slot(slot.id()), token.pin())).random(OUT);
        token.open(token.by(TokenSelector.slot(hex), token.pin())).random(OUT);
        ways.add("slot");
        return String.join(", ", ways) + (unique ? "" : " (others have its serial)");
    }

    private static String absent(ModuleToken token) {
        Hsm hsm = token.open(token.by(TokenSelector.label("nowhere"), token.pin()));
        HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(OUT));
        assertEquals("TOKEN_NOT_FOUND", failed.code());
        assertTrue(
                failed.advice().contains("'nowhere'") && failed.advice().contains("'" + token.label() + "'"),
                failed.advice());
        return "told, with those that are there";
    }

    private static String wrongPin(ModuleToken token) {
        Hsm hsm = token.open(token.by(TokenSelector.label(token.label()), "000000"));
        HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(OUT));
        assertEquals("C_Login", failed.operation());
        assertTrue(failed.advice().contains("lock or wipe"), failed.advice());
        assertEquals(HsmHealth.PinState.REFUSED, hsm.health().pin());
        WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(OUT));
        token.leave();
        token.hsm().random(OUT);
        return "`" + failed.code() + "`";
    }

    private static String random(ModuleToken token) {
        Set<String> seen = new HashSet<>();
        for (int size : new int[] {0, 16, 32, 20_000}) {
            byte[] out = new byte[size];
            token.hsm().random(out);
            assertTrue(seen.add(Arrays.toString(out)) && (size == 0 || !Arrays.equals(out, new byte[size])));
        }
        return "yes";
    }

    private static String atOnce(ModuleToken token) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                calls.add(callers.submit(() -> {
                    for (int j = 0; j < 20; j++) {
                        token.hsm().random(new byte[64]);
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        return "yes";
    }
}

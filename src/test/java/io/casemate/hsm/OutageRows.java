package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.broker.BrokerHsm;
import io.casemate.hsm.broker.BrokerProcess;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenAccident;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Sessions, modules and tokens that go away and come back, and the process in which the server keeps the module. */
final class OutageRows {
    static final List<Row> ALL = List.of(
            new Row("in a process of its own", OutageRows::broker),
            new Row("every session lost", OutageRows::sessions),
            new Row("module finalised under us", OutageRows::finalised),
            new Row("taken away and given back", OutageRows::away),
            new Row("made anew under its label", OutageRows::anew));

    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final WrappingKeySettings ROOT = WrappingKeySettings.automatic("root", true);
    private static final WrappingKeySettings KEPT = WrappingKeySettings.automatic("root", false);

    private OutageRows() {}

    private static String broker(ModuleToken token) throws Exception {
        KeyRows.wrap(token, ROOT);
        token.leave();
        Path pin = Files.writeString(token.directory().resolve("pin"), token.pin());
        Files.setPosixFilePermissions(pin, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        try (Hsm hsm = BrokerHsm.start(token.settings(), "file://" + pin, BrokerProcess.command(), token.directory())) {
            WrappingKey key = hsm.wrappingKey(KEPT);
            Wrapped wrapped = WrapTrial.wrap(key);
            WrapTrial.assertOpens(key, wrapped);
            WrapTrial.assertOpens(token.hsm().wrappingKey(KEPT), wrapped);
            var signer = hsm.signers().generate("ca", KeyKind.RSA_2048);
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(signer.publicKey());
            assertTrue(verifier.verify(signer.sign("SHA256withRSA", new byte[0])));
            assertFalse(hsm.evidence().keys().isEmpty());
        }
        return "yes";
    }

    private static String sessions(ModuleToken token) throws CannotException {
        WrappingKey key = token.hsm().wrappingKey(ROOT);
        Wrapped wrapped = KeyRows.wrap(token, ROOT);
        WrapTrial.assertOpens(key, wrapped);
        String slot = token.slot().id();
        beside(token, module -> TokenAccident.closeAllSessions(module, slot));
        WrapTrial.assertOpens(key, wrapped);
        return "mended within the call";
    }

    private static String finalised(ModuleToken token) throws CannotException {
        WrappingKey key = token.hsm().wrappingKey(ROOT);
        Wrapped wrapped = KeyRows.wrap(token, ROOT);
        WrapTrial.assertOpens(key, wrapped);
        beside(token, TokenAccident::finish);
        WrapTrial.assertOpens(key, wrapped);
        return "mended within the call";
    }

    /** Another user of the module in this process. */
    private static void beside(ModuleToken token, Function<Cryptoki, Void> work) {
        Library library =
                Libraries.join(token.settings().library(), token.settings().initArguments());
        try {
            library.use(work);
        } finally {
            Libraries.leave(library);
        }
    }

    private static String away(ModuleToken token) throws Exception {
        WrappingKey key = token.hsm().wrappingKey(ROOT);
        Wrapped wrapped = KeyRows.wrap(token, ROOT);
        WrapTrial.assertOpens(key, wrapped);
        token.act("away");
        Set<String> told = new TreeSet<>();
        boolean opened = false;
        for (int i = 0; i < 3; i++) {
            try {
                key.unwrap(wrapped, WrapTrial.CONTEXT).close();
                opened = true;
            } catch (FaultException e) {
                HsmFailed failed = (HsmFailed) e.fault();
                assertEquals(HsmProblem.AWAY, failed.problem(), failed.toString());
                told.add("`" + failed.code() + "`");
            }
        }
        token.act("back");
        long end = System.nanoTime() + RECOVERY.toNanos();
        while (!opens(key, wrapped)) {
            assertTrue(System.nanoTime() < end, "not back within " + RECOVERY);
            Thread.sleep(100);
        }
        assertTrue(token.hsm().health().reachable());
        return opened ? "not noticed" : String.join(", ", told) + ", then works again";
    }

    private static boolean opens(WrappingKey key, Wrapped wrapped) {
        try {
            WrapTrial.assertOpens(key, wrapped);
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    private static String anew(ModuleToken token) throws Exception {
        Wrapped wrapped = KeyRows.wrap(token, ROOT);
        SlotDescription before = token.slot();
        token.leave();
        token.act("reinit");
        Hsm hsm = token.open(token.settings());
        HsmFailed lost = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> hsm.wrappingKey(KEPT).unwrap(wrapped, WrapTrial.CONTEXT));
        assertEquals("KEY_NOT_FOUND", lost.code());
        SlotDescription after = token.slot();
        Hsm bySlot = token.open(token.by(TokenSelector.slot(before.id()), token.pin()));
        if (before.id().equals(after.id())) {
            bySlot.random(new byte[1]);
        } else {
            HsmFailed renumbered = (HsmFailed) org.junit.jupiter.api.Assertions.assertThrows(
                            FaultException.class, () -> bySlot.random(new byte[1]))
                    .fault();
            assertTrue(renumbered.advice().contains("choose by token_label"), renumbered.toString());
            assertTrue(renumbered.advice().contains("slot " + after.id()), renumbered.toString());
        }
        return (before.id().equals(after.id()) ? "the same slot number" : "another slot number")
                + (before.serial().equals(after.serial()) ? ", the same serial" : ", another serial");
    }
}

package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and tokens that administrators have made otherwise than they should. */
final class HandlingRows {
    static final List<Row> ALL = List.of(
            new Row("keys with wrong attributes", HandlingRows::unfit),
            new Row("two keys of one label", HandlingRows::doubled),
            new Row("a wrap of another HSM", HandlingRows::foreign),
            new Row("write-protected token", HandlingRows::writeProtected),
            new Row("full token", HandlingRows::full));

    private static final WrappingKeySettings ROOT = WrappingKeySettings.automatic("root", true);
    private static final Pattern ANSWER = Pattern.compile("C_Decrypt answers (CKR_\\w+)");

    private static final Map<Attribute, String> UNFIT = Map.of(
            Attribute.of(Cka.EXTRACTABLE, true), "CKA_EXTRACTABLE is true",
            Attribute.of(Cka.SENSITIVE, false), "CKA_SENSITIVE is false",
            Attribute.of(Cka.PRIVATE, false), "CKA_PRIVATE is false",
            Attribute.of(Cka.DECRYPT, false), "CKA_DECRYPT is false");

    private HandlingRows() {}

    /** Makes a key of the kind that the token makes; the wrapping key's, since {@code auto} decides by what it finds. */
    private static KeyRef make(ModuleToken token, String label, Attribute... unusual) {
        try {
            RawToken.aesKey(token, label, unusual);
            return KeyRef.secret(label, "");
        } catch (FaultException e) {
            if (RawToken.with(token, connection -> aesWorks(connection))) {
                throw e;
            }
            RawToken.rsaPair(token, label, 2048, unusual);
            return KeyRef.privateKey(label, "");
        }
    }

    private static boolean aesWorks(Connection connection) {
        try {
            KeyBirth.undo(
                    connection, new KeyBirth(new java.security.SecureRandom()).aes(connection, new KeyName("aes", "")));
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    private static String unfit(ModuleToken token) {
        List<String> notMade = new ArrayList<>();
        for (Map.Entry<Attribute, String> one : UNFIT.entrySet()) {
            String name = one.getValue().split(" ", 2)[0];
            try {
                KeyRef key = make(token, name, one.getKey());
                if (has(token, key, one.getKey())) {
                    HsmFailed failed = WrappingKeyTest.assertProblem(
                            HsmProblem.SETUP,
                            () -> WrapTrial.wrap(token.hsm().wrappingKey(WrappingKeySettings.automatic(name, false))));
                    assertEquals("KEY_ATTRIBUTES", failed.code());
                    assertTrue(failed.advice().contains(one.getValue()), failed.advice());
                } else {
                    notMade.add(name);
                }
            } catch (FaultException e) {
                notMade.add(name);
            }
        }
        notMade.sort(null);
        return notMade.isEmpty() ? "refused" : "refused; it makes none with another " + String.join(", ", notMade);
    }

    private static boolean has(ModuleToken token, KeyRef key, Attribute wanted) {
        Attributes told = RawToken.with(token, connection -> connection.read(key, wanted.type()));
        return told.bytes(wanted.type())
                .filter(value -> java.util.Arrays.equals(value, wanted.value()))
                .isPresent();
    }

    private static String doubled(ModuleToken token) throws CannotException {
        KeyRef key = make(token, "root", Attribute.of(Cka.ID, new byte[] {0x0a}));
        try {
            make(token, "root", Attribute.of(Cka.ID, new byte[] {0x0b}));
        } catch (FaultException e) {
            throw CannotException.because((HsmFailed) e.fault());
        }
        assertEquals(2, RawToken.count(token, key));
        HsmFailed failed = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> WrapTrial.wrap(token.hsm().wrappingKey(ROOT)));
        assertTrue(failed.advice().contains("0x0a") && failed.advice().contains("0x0b"), failed.advice());
        assertTrue(failed.advice().contains("key_id"), failed.advice());
        return "told, with both ids";
    }

    /** The other HSM has no such key, or another key of the same name. */
    private static String foreign(ModuleToken token) throws CannotException {
        WrappingKeySettings named =
                new WrappingKeySettings("root", "c0ffee", "mac", "c0ffee", "", "", "auto", "auto", false, true);
        Wrapped own = KeyRows.wrap(token, named);
        Wrapped other = new Wrapped(own.profile(), own.keyLabel(), own.keyId(), "other/1", own.ciphertext());
        token.leave();
        token.empty();
        HsmFailed missing = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> token.hsm().wrappingKey(named).unwrap(other, WrapTrial.CONTEXT));
        assertEquals("KEY_NOT_FOUND", missing.code());
        assertTrue(missing.advice().contains("other/1"), missing.advice());

        KeyRows.wrap(token, named);
        HsmFailed refused = WrappingKeyTest.assertProblem(
                HsmProblem.DATA, () -> token.hsm().wrappingKey(named).unwrap(other, WrapTrial.CONTEXT));
        assertTrue(refused.advice().contains("other/1"), refused.advice());
        Matcher answer = ANSWER.matcher(refused.advice());
        String code = refused.code().startsWith("CKR_") ? refused.code() : answer.find() ? answer.group(1) : "";
        return "told; " + (code.isEmpty() ? "refused before the token decrypts" : "another key: `" + code + "`");
    }

    private static String writeProtected(ModuleToken token) throws CannotException {
        HsmSettings right = token.settings();
        String readOnly = right.initArguments().replace("flags= ", "flags=readOnly ");
        if (readOnly.equals(right.initArguments())) {
            throw new CannotException("it knows no such state");
        }
        KeyRows.wrap(token, ROOT);
        token.leave();
        Hsm hsm = token.open(right.withInitArguments(readOnly));
        HsmFailed failed = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> WrapTrial.wrap(hsm.wrappingKey(WrappingKeySettings.automatic("new", true))));
        assertTrue(failed.advice().contains("write-protected"), failed.advice());
        WrappingKey key = hsm.wrappingKey(WrappingKeySettings.automatic("root", false));
        WrapTrial.assertOpens(key, WrapTrial.wrap(key));
        return "told: " + code(failed) + "; its keys work";
    }

    private static String code(HsmFailed failed) {
        Matcher answer = Pattern.compile("CKR_\\w+").matcher(failed.code() + " " + failed.advice());
        return "`" + (answer.find() ? answer.group() : failed.code()) + "`";
    }

    private static String full(ModuleToken token) throws Exception {
        WrappingKey key = token.hsm().wrappingKey(ROOT);
        Wrapped wrapped = KeyRows.wrap(token, ROOT);
        token.act("fill");
        HsmFailed failed;
        try {
            FaultException thrown = org.junit.jupiter.api.Assertions.assertThrows(
                    FaultException.class,
                    () -> WrapTrial.wrap(token.hsm().wrappingKey(WrappingKeySettings.automatic("new", true))));
            failed = (HsmFailed) thrown.fault();
            WrapTrial.assertOpens(key, wrapped);
        } finally {
            token.act("drain");
        }
        WrappingKey other = token.hsm().wrappingKey(WrappingKeySettings.automatic("new", true));
        WrapTrial.assertOpens(other, WrapTrial.wrap(other));
        WrapTrial.assertOpens(key, wrapped);
        assertTrue(failed.advice().contains("full"), failed.toString());
        return "told: " + code(failed) + "; its keys work";
    }
}

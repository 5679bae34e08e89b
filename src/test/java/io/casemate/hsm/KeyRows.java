package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Map;

/** Wrapping keys: made in the token by each mechanism, and by the module's own tool. */
final class KeyRows {
    static final List<Row> ALL = List.of(
            new Row("wraps by `auto`", token -> wraps(token, "auto", false)),
            new Row("wraps by `CKM_AES_GCM`", token -> wraps(token, "CKM_AES_GCM", false)),
            new Row("wraps by `CKM_AES_CBC_PAD`", token -> wraps(token, "CKM_AES_CBC_PAD", false)),
            new Row("wraps by `CKM_AES_CBC`", token -> wraps(token, "CKM_AES_CBC", false)),
            new Row("wraps by `CKM_RSA_PKCS_OAEP`", token -> wraps(token, "CKM_RSA_PKCS_OAEP", false)),
            new Row("the same with `rsa_encrypt_local`", token -> wraps(token, "CKM_RSA_PKCS_OAEP", true)),
            new Row("wraps by an AES key of its own tool", KeyRows::byTool),
            new Row("keys that it makes", KeyRows::born));

    private KeyRows() {}

    private static String wraps(ModuleToken token, String mechanism, boolean local) throws CannotException {
        WrappingKeySettings settings = KeySettings.by("root", mechanism, "auto", local);
        Wrapped wrapped = wrap(token, settings);
        if (mechanism.equals("auto") || local) {
            WrapTrial.assertOpens(token.open(token.settings()).wrappingKey(settings), wrapped);
        } else {
            WrappingContract.opensItsOwnAndNothingElse(token, settings);
        }
        return profile(wrapped);
    }

    /** Wraps; when the token cannot, that was told and left no key behind. */
    static Wrapped wrap(ModuleToken token, WrappingKeySettings settings) throws CannotException {
        try {
            return WrapTrial.wrap(token.hsm().wrappingKey(settings));
        } catch (FaultException e) {
            HsmFailed failed = (HsmFailed) e.fault();
            assertEquals(HsmProblem.SETUP, failed.problem(), failed.toString());
            String stays = "a key of no use stays, after " + failed;
            assertEquals(0, RawToken.count(token, KeyRef.secret("root", "")), stays);
            assertEquals(0, RawToken.count(token, KeyRef.privateKey("root", "")), stays);
            if (failed.advice().contains("does not offer")) {
                assertTrue(failed.advice().contains("CKR_MECHANISM_INVALID"), failed.advice());
                assertTrue(failed.advice().contains("try mechanism auto"), failed.advice());
            }
            throw CannotException.because(failed);
        }
    }

    /** As the table shows it: the name of the HMAC key is nothing of the token's. */
    static String profile(Wrapped wrapped) {
        return "`" + wrapped.profile().replaceFirst(":hmac-key=.*", "") + "`";
    }

    private static String byTool(ModuleToken token) throws Exception {
        token.leave();
        token.act("toolkey");
        return profile(wrap(token, WrappingKeySettings.automatic("by-tool", true)));
    }

    /** They are born in the token, and it says of them what Casemate asked for. */
    private static String born(ModuleToken token) throws CannotException {
        wrap(token, WrappingKeySettings.automatic("root", true));
        Map<String, Boolean> wanted = Map.of("sensitive", true, "extractable", false, "private", true);
        List<KeyEvidence> keys = token.hsm().evidence().keys();
        assertTrue(!keys.isEmpty());
        for (KeyEvidence key : keys) {
            wanted.forEach((name, value) -> assertEquals(value, key.attributes().get(name), key.label() + " " + name));
        }
        List<String> untold = KeyEvidence.ATTRIBUTES.stream()
                .filter(name -> keys.stream().noneMatch(key -> key.attributes().containsKey(name)))
                .toList();
        List<String> wrong = List.of("local", "always_sensitive", "never_extractable").stream()
                .filter(name -> keys.stream()
                        .anyMatch(key -> Boolean.FALSE.equals(key.attributes().get(name))))
                .toList();
        return "sensitive, not extractable, private"
                + (untold.isEmpty() ? "" : "; not told: " + String.join(", ", untold))
                + (wrong.isEmpty() ? "" : "; said to be false: " + String.join(", ", wrong));
    }
}

package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Cko;
import io.casemate.hsm.jna.Ckr;
import io.casemate.hsm.jna.ObjectCreation;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HsmEvidenceTest {
    /** In this process; the subclass puts the broker's protocol between. */
    Hsm open(HsmSettings settings) {
        return Hsm.open(settings, new java.security.SecureRandom());
    }

    @Test
    void every_key_is_shown_with_what_the_token_tells() {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Hsm asked = open(token.settings())) {
            token.hsm()
                    .wrappingKey(KeySettings.by("good", "CKM_AES_CBC_PAD"))
                    .wrap(SecretBytes.ofText("x"), new byte[0]);
            token.hsm().signers().generate("ca", KeyKind.EC_P384);
            RawToken.rsaPair(token, "loose", 2048, Attribute.of(Cka.EXTRACTABLE, true));

            HsmEvidence evidence = asked.evidence();
            assertEquals(token.label(), evidence.tokenLabel());
            assertEquals(token.serial(), evidence.serial());
            assertEquals("SoftHSM v2", evidence.model());
            assertEquals("SoftHSM project", evidence.manufacturer());
            assertTrue(evidence.library().contains("PKCS#11 2.40")
                    && !evidence.firmware().isEmpty());
            assertTrue(evidence.complete());
            Map<String, KeyEvidence> keys =
                    evidence.keys().stream().collect(Collectors.toMap(KeyEvidence::label, Function.identity()));
            assertEquals(java.util.Set.of("good", "good-hmac", "ca", "loose"), keys.keySet());
            assertKey(keys.get("good"), "secret", "AES", 256);
            assertKey(keys.get("good-hmac"), "secret", "GENERIC_SECRET", 256);
            assertKey(keys.get("ca"), "private", "EC", 384);
            KeyEvidence loose = keys.get("loose");
            assertEquals("RSA", loose.type());
            assertEquals(2048, loose.bits());
            assertEquals(true, loose.attributes().get("extractable"));
            assertEquals(false, loose.attributes().get("never_extractable"));
            assertEquals("", loose.id());
            assertEquals(32, keys.get("good").id().length());
        }
    }

    private static void assertKey(KeyEvidence key, String objectClass, String type, int bits) {
        assertEquals(objectClass, key.objectClass());
        assertEquals(type, key.type());
        assertEquals(bits, key.bits());
        for (String yes : List.of("local", "sensitive", "always_sensitive", "never_extractable", "private")) {
            assertEquals(true, key.attributes().get(yes), yes);
        }
        assertEquals(false, key.attributes().get("extractable"));
        assertTrue(key.certificates().isEmpty());
    }

    @Test
    void a_certificate_with_the_id_of_a_key_is_shown_beside_it() {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Hsm asked = open(token.settings())) {
            RawToken.aesKey(token, "attested", Attribute.of(Cka.ID, new byte[] {7}));
            RawToken.aesKey(token, "other", Attribute.of(Cka.ID, new byte[] {8}));
            byte[] certificate = {0x30, 1, 2, 3};
            RawToken.with(
                    token,
                    connection -> connection.with(session -> {
                        ObjectCreation.create(
                                token.settings().library(),
                                session.handle(),
                                List.of(
                                        Attribute.of(Cka.CLASS, Cko.CERTIFICATE),
                                        Attribute.of(0x80, 0L),
                                        Attribute.of(Cka.TOKEN, true),
                                        Attribute.of(Cka.ID, new byte[] {7}),
                                        Attribute.of(0x101, new byte[] {0x30, 0}),
                                        Attribute.of(Cka.VALUE, certificate)));
                        return null;
                    }));
            for (KeyEvidence key : asked.evidence().keys()) {
                assertEquals(
                        key.label().equals("attested") ? 1 : 0,
                        key.certificates().size());
            }
        }
    }

    @Test
    void what_the_token_does_not_tell_is_absent_and_an_outage_is_no_answer() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("mute")) {
            RawToken.aesKey(token, "key");
            token.hsm().random(new byte[1]);
            module.fail(CFunction.C_GetAttributeValue, Ckr.CKR_ATTRIBUTE_VALUE_INVALID, Long.MAX_VALUE);
            KeyEvidence key = token.hsm().evidence().keys().getFirst();
            assertTrue(key.attributes().isEmpty());
            assertEquals("", key.label() + key.type());
            assertEquals(0, key.bits());

            module.heal();
            module.fail(CFunction.C_GetAttributeValue, Ckr.CKR_DEVICE_ERROR, Long.MAX_VALUE);
            WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> token.hsm().evidence());
            module.heal();
            assertFalse(token.hsm().evidence().keys().getFirst().attributes().isEmpty());
        }
    }

    @Test
    void a_refused_pin_is_not_tried_for_it() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("pin")) {
            HsmSettings right = token.settings();
            Hsm hsm = token.open(HsmSettings.of(right.library(), right.token(), () -> SecretBytes.ofText("0000")));
            WrappingKeyTest.assertProblem(HsmProblem.PIN, hsm::evidence);
            long tried = module.calls(CFunction.C_Login);
            WrappingKeyTest.assertProblem(HsmProblem.PIN, hsm::evidence);
            assertEquals(tried, module.calls(CFunction.C_Login));
        }
    }
}

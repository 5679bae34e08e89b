package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.kernel.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeyBirthTest {
    private static final byte[] SECRET = {1, 2, 3};
    private static final byte[] CONTEXT = {4};
    private static final int SERVERS = 6;

    @Test
    void servers_that_start_together_make_one_key_between_them() throws Exception {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                ExecutorService servers = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch start = new CountDownLatch(SERVERS);
            List<Future<Wrapped>> starting = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                WrappingKey key = token.open(token.settings()).wrappingKey(WrappingKeySettings.automatic("root", true));
                starting.add(servers.submit(() -> {
                    start.countDown();
                    start.await();
                    return key.wrap(SecretBytes.copyOf(SECRET), CONTEXT);
                }));
            }
            WrappingKey reader = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", false));
            for (Future<Wrapped> server : starting) {
                try (SecretBytes opened = reader.unwrap(server.get(60, TimeUnit.SECONDS), CONTEXT)) {
                    assertArrayEquals(SECRET, opened.expose());
                }
            }
            List<Long> keys = link(token, connection -> connection.find(KeyRef.secret("root", "")));
            assertEquals(1, keys.size());
        }
    }

    @Test
    void what_is_made_cannot_leave_the_token_and_does_one_thing() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            wrap(token, "CKM_AES_CBC_PAD", "aes");
            wrap(token, "CKM_RSA_PKCS_OAEP", "rsa");
            token.hsm().signers().generate("ec", KeyKind.EC_P256);

            assertUses(token, KeyRef.secret("aes", ""), Cka.ENCRYPT, Cka.DECRYPT);
            assertUses(token, KeyRef.secret("aes-hmac", ""), Cka.SIGN, Cka.VERIFY);
            assertUses(token, KeyRef.privateKey("rsa", ""), Cka.DECRYPT);
            assertUses(token, KeyRef.privateKey("ec", ""), Cka.SIGN);
        }
    }

    private static void wrap(SoftHsmFixture token, String mechanism, String label) {
        WrappingKey key = token.hsm().wrappingKey(KeySettings.by(label, mechanism));
        key.wrap(SecretBytes.copyOf(SECRET), CONTEXT);
    }

    private static void assertUses(SoftHsmFixture token, KeyRef key, Long... uses) {
        Attributes attributes = link(token, connection -> {
            long handle = connection.handle(key);
            return connection.with(session -> session.module()
                    .objects()
                    .read(
                            session.handle(),
                            handle,
                            Cka.SENSITIVE,
                            Cka.EXTRACTABLE,
                            Cka.NEVER_EXTRACTABLE,
                            Cka.PRIVATE,
                            Cka.ENCRYPT,
                            Cka.DECRYPT,
                            Cka.SIGN,
                            Cka.VERIFY,
                            Cka.WRAP,
                            Cka.UNWRAP));
        });
        assertEquals(true, attributes.bool(Cka.SENSITIVE).orElseThrow());
        assertEquals(true, attributes.bool(Cka.PRIVATE).orElseThrow());
        assertEquals(false, attributes.bool(Cka.EXTRACTABLE).orElseThrow());
        assertEquals(true, attributes.bool(Cka.NEVER_EXTRACTABLE).orElseThrow());
        for (long use : new long[] {Cka.ENCRYPT, Cka.DECRYPT, Cka.SIGN, Cka.VERIFY, Cka.WRAP, Cka.UNWRAP}) {
            assertEquals(
                    List.of(uses).contains(use),
                    attributes.bool(use).orElse(false),
                    key + " 0x" + Long.toHexString(use));
        }
    }

    private static <T> T link(SoftHsmFixture token, java.util.function.Function<Connection, T> work) {
        TokenLink link = new TokenLink(token.settings(), HsmEvents.UNHEARD);
        try {
            return link.run(work);
        } finally {
            link.close();
        }
    }
}

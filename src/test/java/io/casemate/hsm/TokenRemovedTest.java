package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.CONTEXT;
import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.CFunction;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token, or a key on it, that is taken away and put back: SoftHSM itself never finds it again without C_Finalize. */
class TokenRemovedTest {

    @TempDir
    Path elsewhere;

    private FaultyModule module;
    private SoftHsmFixture token;

    @BeforeEach
    void makeToken() throws Exception {
        module = new FaultyModule();
        token = module.token("removed");
        token.hsm().random(new byte[1]);
        token.leaveLibrary();
    }

    @AfterEach
    void close() throws Exception {
        token.close();
        module.close();
    }

    @Test
    void a_token_that_is_taken_away_is_away_until_it_is_back() throws IOException {
        WrappingKey key = WrapTrial.rootKey(token.hsm());
        Wrapped wrapped = wrap(key);
        Path storage = storage();
        Path away = elsewhere.resolve("token");
        Files.move(storage, away);

        for (int i = 0; i < 3; i++) {
            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> key.unwrap(wrapped, CONTEXT));
            assertFalse(failed.advice().isEmpty());
        }
        assertFalse(token.hsm().health().reachable());
        Files.move(away, storage);
        assertOpens(key, wrapped);
        assertTrue(token.hsm().health().reachable());
    }

    @Test
    void a_key_that_was_there_and_is_not_is_looked_for_with_a_fresh_library() throws IOException {
        WrappingKey key = WrapTrial.rootKey(token.hsm());
        Wrapped wrapped = wrap(key);
        Path object = keyObject();
        Path away = elsewhere.resolve("key");
        Files.move(object, away);
        long before = module.calls(CFunction.C_Finalize);

        HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> key.unwrap(wrapped, CONTEXT));
        assertEquals("KEY_NOT_FOUND", failed.code());
        assertTrue(failed.advice().contains("'root'"), failed.advice());
        assertTrue(module.calls(CFunction.C_Finalize) > before, "the last resort was not tried");

        Files.move(away, object);
        assertOpens(key, wrapped);
    }

    @Test
    void a_key_that_the_token_loses_while_it_begins_anew_is_not_used() throws Exception {
        WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true));
        module.delay(CFunction.C_Finalize, Duration.ofSeconds(60), 1);
        long before = module.calls(CFunction.C_Finalize);
        FutureTask<HsmFailed> wrapping =
                new FutureTask<>(() -> WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> wrap(key)));
        Thread.ofVirtual().start(wrapping);
        while (module.calls(CFunction.C_Finalize) == before) {
            Thread.sleep(5);
        }
        Files.delete(keyObject());
        module.heal();

        HsmFailed failed = wrapping.get(60, TimeUnit.SECONDS);
        assertEquals("KEY_NOT_KEPT", failed.code());
        assertTrue(failed.advice().contains("'root'") && failed.advice().contains("full"), failed.advice());
        assertOpens(key, wrap(key));
    }

    /** SoftHSM names a token's directory by a UUID that ends with the serial number. */
    private Path storage() throws IOException {
        Path tokens = SoftHsmFixture.configuration().resolveSibling("tokens");
        try (Stream<Path> all = Files.list(tokens)) {
            return all.filter(each ->
                            each.getFileName().toString().replace("-", "").endsWith(token.serial()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path keyObject() throws IOException {
        try (Stream<Path> all = Files.list(storage())) {
            return all.filter(each -> each.toString().endsWith(".object"))
                    .filter(each -> !each.endsWith("token.object"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}

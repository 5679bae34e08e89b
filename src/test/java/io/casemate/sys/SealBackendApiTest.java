package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.InitRequest;
import io.casemate.core.SealHealth;
import io.casemate.core.Server;
import io.casemate.engine.EndpointTable;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Await;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.pkcs11.Pkcs11Seal;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What monitoring sees of the seals. */
class SealBackendApiTest {
    private static Map<String, Object> read(Server server) {
        Request request = Requests.of(Operation.READ, "seal-backend-status", Map.of());
        Response response = new EndpointTable(new SealBackendEndpoints(server.watch()).whileSealed())
                .find(request.path(), request.operation())
                .orElseThrow()
                .dispatch(request, Caller.anonymous());
        return assertInstanceOf(Response.Content.Plain.class, response.content())
                .members();
    }

    @Test
    void peopleHaveNoQuorumOfSeals() {
        assertFalse(read(Server.shamir()).containsKey("quorum"));
    }

    @Test
    void aQuorumOfTokensIsCounted() {
        try (SoftHsmFixture a = SoftHsmFixture.create();
                SoftHsmFixture b = SoftHsmFixture.create()) {
            Server server = Server.of(SealSet.of(
                    new ShamirSeal(new SecureRandom()), List.of(device("hsm-a", a, 1), device("hsm-b", b, 2)), 2));
            server.initialise(InitRequest.recovery(1, 1));
            server.watch().start();
            Await.until(() -> Boolean.TRUE.equals(read(server).get("healthy"))
                    && Boolean.TRUE.equals(read(server).get("fully_wrapped")));
            Map<String, Object> members = read(server);
            assertEquals(2, members.get("quorum"));
            assertEquals(2, members.get("quorum_configured"));
            assertEquals(2, members.get("quorum_seals"));
            assertEquals(2, members.get("quorum_healthy"));
            assertFalse(members.containsKey("warning"));
            server.watch().close();
            server.unsealer().close();
        }
    }

    private static SealSet.Device device(String name, SoftHsmFixture token, int priority) {
        Pkcs11Seal seal =
                new Pkcs11Seal(name, token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true)), token.hsm());
        return new SealSet.Device(seal, priority, false);
    }

    /** Needed, wanted, holders, healthy; a word of the warning. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 0, ''",
        "1, 1, 1, 1, ''",
        "2, 2, 3, 3, ''",
        "2, 2, 2, 2, ''",
        "2, 2, 3, 2, '2 of 3 needed, 2 healthy: one more loss seals you out at the next restart'",
        "1, 1, 2, 1, '1 of 2 needed, 1 healthy: one more loss seals you out at the next restart'",
        "2, 2, 4, 3, ''",
        "2, 2, 3, 1, 'stays sealed until 1 more is back'",
        "3, 3, 3, 1, 'stays sealed until 2 more are back'",
        "1, 2, 3, 3, '1 of 3 needed, 2 configured: that changes as soon as'",
    })
    void theWarning(int needed, int wanted, int holders, int healthy, String part) {
        Optional<String> warning = new SealHealth.Quorum(needed, wanted, holders, healthy).warning();
        assertEquals(part.isEmpty(), warning.isEmpty(), warning.toString());
        assertTrue(warning.orElse("").contains(part), warning.toString());
    }
}

package io.casemate.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.mount.MountConfig;
import io.casemate.policy.PolicyStore;
import io.casemate.token.TokenStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {
    private final MemoryView storage = new MemoryView();
    private final TokenStore tokens = new TokenStore(
            storage.below("token/"), new SecureRandom(), InstantSource.system(), MountConfig.DEFAULT::ttls);
    private final Gate gate = new Gate(
            tokens,
            new IdentityStore(
                    storage.below("identity/"),
                    new SecureRandom(),
                    InstantSource.system(),
                    accessor -> Optional.empty()),
            new PolicyStore(storage.below("policy/")));
    private final EndpointTable table = new EndpointTable(List.of(
            Endpoint.at("hinted", "Says more.")
                    .withoutToken("there is a switch")
                    .on(Operation.READ, _ -> Response.none())
                    .build(),
            Endpoint.at("plain", "Says no more.")
                    .on(Operation.READ, _ -> Response.none())
                    .build()));

    private List<String> hints(String path, Optional<SecretBytes> token) {
        Request request = Requests.of(Operation.READ, path, Map.of(), token);
        FaultException denied = assertThrows(
                FaultException.class,
                () -> gate.decide(request, table.find(request.path(), request.operation()))
                        .decision()
                        .callerOrThrow());
        return assertInstanceOf(Fault.PermissionDenied.class, denied.fault()).hints();
    }

    @Test
    void onlyWhoSentNoTokenIsToldOfTheSwitch() {
        assertEquals(List.of("there is a switch"), hints("hinted", Optional.empty()));
        assertEquals(List.of(), hints("plain", Optional.empty()));
        assertEquals(List.of(), hints("nowhere", Optional.empty()));
        assertEquals(List.of(), hints("hinted", Optional.of(SecretBytes.ofText("hvs.forged"))));
    }
}

package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.crypto.KeyKind;
import io.casemate.engine.EndpointTable;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.mount.ManagedKeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagedKeyEndpointsTest {
    private static final String PATH = "managed-keys/pkcs11/";

    private final MemoryView view = new MemoryView();
    private EndpointTable table = table(Map.of());

    private EndpointTable table(Map<String, io.casemate.crypto.Signers> hsms) {
        return new EndpointTable(new ManagedKeyEndpoints(new ManagedKeyStore(view, hsms)).endpoints());
    }

    private Response call(Operation operation, String path, Map<String, Object> data) {
        Request request = Requests.of(operation, path, data);
        return table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }

    private String refusal(String path, Map<String, Object> data) {
        FaultException e = assertThrows(FaultException.class, () -> call(Operation.UPDATE, path, data));
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().toString();
    }

    private static Map<String, Object> data(Response response) {
        return assertInstanceOf(Response.Content.Data.class, response.content()).data();
    }

    @Test
    void a_key_is_registered_shown_tested_and_forgotten() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            table = table(Map.of("hsm", token.hsm().signers()));
            token.hsm().signers().generate("ca", KeyKind.EC_P384);
            Map<String, Object> sent = new HashMap<>(Map.of(
                    "library", "hsm", "key_label", "ca", "mechanism", "0x1041", "curve", "P384", "pin", "648219"));
            Response written = call(Operation.UPDATE, PATH + "ca", sent);
            assertTrue(written.warnings().getFirst().contains("PIN was not kept"));
            Map<String, Object> shown = data(call(Operation.READ, PATH + "ca", Map.of()));
            assertEquals("0x1041", shown.get("mechanism"));
            assertEquals("P384", shown.get("curve"));
            assertEquals(false, shown.get("allow_generate_key"));
            assertFalse(shown.toString().contains("648219"));
            sent.put("any_mount", "true");
            call(Operation.UPDATE, PATH + "ca", sent);
            assertEquals(
                    shown.get("UUID"),
                    data(call(Operation.READ, PATH + "ca", Map.of())).get("UUID"));
            assertEquals(
                    0, call(Operation.UPDATE, PATH + "ca/test/sign", Map.of()).status());
            call(Operation.UPDATE, PATH + "ca/test/sign", Map.of("hash_algorithm", "sha2-512"));
            assertTrue(refusal(PATH + "ca/test/sign", Map.of("hash_algorithm", "md5"))
                    .contains("hash_algorithm"));
            assertEquals(
                    List.of("ca"),
                    data(call(Operation.LIST, "managed-keys/pkcs11", Map.of())).get("keys"));
            view.keys()
                    .forEach(key -> assertFalse(
                            new String(view.get(key).orElseThrow(), java.nio.charset.StandardCharsets.ISO_8859_1)
                                    .contains("648219")));
            call(Operation.DELETE, PATH + "ca", Map.of());
            assertTrue(view.keys().isEmpty());
            assertThrows(FaultException.class, () -> call(Operation.READ, PATH + "ca", Map.of()));
        }
    }

    @Test
    void a_key_is_told_from_its_namesake_by_its_id() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            table = table(Map.of("hsm", token.hsm().signers()));
            token.hsm().signers().generate("ca", KeyKind.EC_P256);
            call(Operation.UPDATE, PATH + "ca", Map.of("key_label", "ca", "key_id", "0x0102", "mechanism", "0x1041"));
            FaultException e =
                    assertThrows(FaultException.class, () -> call(Operation.UPDATE, PATH + "ca/test/sign", Map.of()));
            assertTrue(
                    assertInstanceOf(Fault.HsmFailed.class, e.fault()).advice().contains("0102"), e.getMessage());
        }
    }

    @Test
    void nonsense_is_refused_and_nothing_is_written() {
        assertTrue(
                refusal(PATH + "k", Map.of("key_label", "l", "mechanism", "1")).contains("no HSM"));
        table = table(Map.of("hsm", new NoSigners()));
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("mechanism", "1"),
                Map.of("key_label", "l"),
                Map.of("key_label", "l", "mechanism", "0x1087"),
                Map.of("key_label", "l", "mechanism", "rsa"),
                Map.of("key_label", "l", "mechanism", "1", "library", "other"),
                Map.of("key_label", "l", "mechanism", "1", "key_id", "xyz"),
                Map.of("key_label", "l", "mechanism", "1", "key_bits", "1024"),
                Map.of("key_label", "l", "mechanism", "0x1041", "curve", "P224"),
                Map.of("key_label", "l", "mechanism", "1", "usages", "fly"))) {
            refusal(PATH + "k", bad);
        }
        refusal(PATH + "UPPER", Map.of("key_label", "l", "mechanism", "1"));
        assertTrue(view.keys().isEmpty());
    }

    private static final class NoSigners implements io.casemate.crypto.Signers {
        @Override
        public io.casemate.crypto.Signer named(String name, String id) {
            throw Fault.notFound(name);
        }

        @Override
        public io.casemate.crypto.Signer generate(String name, KeyKind kind) {
            throw Fault.notFound(name);
        }
    }
}

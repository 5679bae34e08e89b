package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.EndpointTable;
import io.casemate.kernel.Await;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.lang.ref.WeakReference;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is deleted is gone: from the store, and from memory. */
class DeletionTest {
    private final PkiFixture pki = new PkiFixture();

    @Test
    void an_issuer_s_delegate_goes_with_it() {
        Object id = pki.rootAndRole().get("issuer_id");
        pki.write("issuer/default/ocsp-delegate", "ttl", "24h");
        pki.call(Operation.DELETE, "issuer/" + id, Map.of());
        assertEquals(
                0,
                pki.storage.keys().stream()
                        .filter(key -> key.contains("delegate"))
                        .count());
    }

    @Test
    void a_deleted_key_does_not_stay_in_memory() {
        Authority authority = Authority.of(pki.context());
        PkiEngine engine = new PkiEngine(authority);
        EndpointTable table = new EndpointTable(engine.endpoints());
        String id = (String)
                PkiFixture.data(dispatch(table, Operation.UPDATE, "keys/generate/internal", Map.of("key_type", "ec")))
                        .get("key_id");
        WeakReference<SoftwareSigner> key = new WeakReference<>(
                authority.keys().softwareSigner(authority.keys().find(id)));
        dispatch(table, Operation.DELETE, "key/" + id, Map.of());
        Await.until(() -> {
            System.gc();
            return key.get() == null;
        });
        engine.close();
    }

    private static Response dispatch(EndpointTable table, Operation operation, String path, Map<String, Object> data) {
        var request = Requests.of(operation, path, data);
        return table.find(request.path(), operation).orElseThrow().dispatch(request, Caller.anonymous());
    }
}

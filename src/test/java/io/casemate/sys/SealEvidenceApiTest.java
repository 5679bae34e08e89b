package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealEvidenceApiTest {
    @Test
    void each_seal_shows_its_keys_or_why_it_cannot() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            token.hsm()
                    .wrappingKey(WrappingKeySettings.automatic("root", true))
                    .wrap(SecretBytes.ofText("x"), new byte[0]);
            Hsm absent = token.open(HsmSettings.of(
                    SoftHsmFixture.library(), TokenSelector.label("nowhere"), () -> SecretBytes.ofText("x")));
            Map<String, Hsm> tokens = new LinkedHashMap<>();
            tokens.put("primary", token.hsm());
            tokens.put("second", absent);
            EvidenceEndpoints evidence = new EvidenceEndpoints(tokens);

            Map<?, ?> seals = (Map<?, ?>) read(evidence).get("seals");
            Map<?, ?> primary = (Map<?, ?>) seals.get("primary");
            assertEquals(token.serial(), primary.get("serial"));
            Map<?, ?> key = (Map<?, ?>) ((List<?>) primary.get("keys")).getFirst();
            assertEquals("root", key.get("label"));
            assertEquals(256, key.get("bits"));
            assertEquals(true, key.get("never_extractable"));
            assertTrue(key.containsKey("allowed_mechanisms"));
            assertNull(key.get("allowed_mechanisms"));
            String error = (String) ((Map<?, ?>) seals.get("second")).get("error");
            assertTrue(error.contains("TOKEN_NOT_FOUND") && error.contains("'nowhere'"), error);
            assertTrue(evidence.endpoints().stream().allMatch(e -> e.access() == Endpoint.Access.TOKEN));
        }
    }

    private static Map<String, Object> read(EvidenceEndpoints evidence) {
        Request request = Requests.of(Operation.READ, "seal/evidence", Map.of());
        Response response = new EndpointTable(evidence.endpoints())
                .find(request.path(), request.operation())
                .orElseThrow()
                .dispatch(request, Caller.anonymous());
        return assertInstanceOf(Response.Content.Data.class, response.content()).data();
    }
}

package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Map;

/**
 * What the server sent back.
 *
 * @param body the bytes as sent, empty for none
 * @param location where else the server sends the request, empty for nowhere
 */
public record Answer(int status, byte[] body, String location) {
    /** The body as JSON object; empty for no body. Fails as the server's fault when it is no JSON object. */
    public Map<String, Object> json() {
        if (body.length == 0) {
            return Map.of();
        }
        try {
            return Json.object(body);
        } catch (FaultException e) {
            throw CliFailure.server("the server answered " + status + " with something that is not JSON."
                    + (status < 300
                            ? " -format=raw shows it."
                            : " Is the address that of a Casemate or Vault server, and not of a proxy or web page?"));
        }
    }

    /** True when it carries no value at all; a 404 for a deleted version of kv v2 carries its metadata. */
    public boolean nothing() {
        Map<String, Object> envelope = json();
        return Values.map(envelope.get("data")).isEmpty()
                && Values.texts(envelope.get("warnings")).isEmpty();
    }

    /** The {@code errors} of an error answer, or its raw text if it is none of ours. */
    List<String> errors() {
        try {
            return body.length == 0 ? List.of() : Values.texts(Json.object(body).get("errors"));
        } catch (FaultException e) {
            String text = new String(body, 0, Math.min(body.length, 500), java.nio.charset.StandardCharsets.UTF_8);
            return List.of(text.replaceAll("\\p{Cntrl}", " ").strip());
        }
    }
}

package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Unserved;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.policy.Policy;
import io.casemate.policy.PolicyStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/policies/acl*}, and {@code sys/policy*} as older clients know it. */
public final class PolicyEndpoints {
    private static final Field TEXT = Field.string("The policy, in HCL or JSON; may be base64.");

    private final PolicyStore policies;

    /** Serves {@code policies}. */
    public PolicyEndpoints(PolicyStore policies) {
        this.policies = policies;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("policies/acl", "Lists the policies.")
                        .on(Operation.LIST, exchange -> Response.keys(policies.names()))
                        .build(),
                Endpoint.at("policies/acl/{name...}", "Shows, writes or deletes a policy.")
                        .field("policy", TEXT)
                        .on(Operation.READ, exchange -> Response.of(shown(exchange, "policy")))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build(),
                Endpoint.at("policies/detailed/acl", "Lists the policies with what they say.")
                        .on(Operation.LIST, _ -> detailed(""))
                        .build(),
                Endpoint.at("policies/detailed/acl/{folder...}", "Lists those whose names lie below it.")
                        .on(
                                Operation.LIST,
                                exchange -> detailed(
                                        exchange.fields().string("folder").replaceFirst("/*$", "/")))
                        .build(),
                Endpoint.at("policy", "Lists the policies.")
                        .on(Operation.READ, exchange -> list())
                        .on(Operation.LIST, exchange -> list())
                        .build(),
                Endpoint.at("policy/{name...}", "Shows, writes or deletes a policy.")
                        .field("policy", TEXT)
                        .field("rules", Field.string("Older name of policy."))
                        .on(Operation.READ, exchange -> Response.doublePlaced(shown(exchange, "rules")))
                        .on(Operation.UPDATE, this::writeOld)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response list() {
        List<String> names = policies.names();
        return Response.doublePlaced(Map.of("keys", names, "policies", names));
    }

    private Response detailed(String folder) {
        Map<String, Object> info = new LinkedHashMap<>();
        policies.names().stream()
                .filter(name -> name.startsWith(folder))
                .flatMap(name -> policies.read(name).stream())
                .forEach(policy -> info.put(policy.name(), shown(policy, "policy")));
        if (info.isEmpty()) {
            throw Fault.notFound();
        }
        return Response.of(Map.of("keys", List.copyOf(info.keySet()), "key_info", info));
    }

    private Map<String, Object> shown(Exchange exchange, String textKey) {
        return shown(policies.read(exchange.fields().string("name")).orElseThrow(Fault::notFound), textKey);
    }

    private static Map<String, Object> shown(Policy policy, String textKey) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", policy.name());
        data.put(textKey, policy.text());
        return data;
    }

    private Response write(Exchange exchange) {
        Unserved.refuse(exchange.request().data(), "ttl", "expiration", "cas", "cas_required");
        return write(exchange, exchange.fields().string("policy"));
    }

    private Response writeOld(Exchange exchange) {
        String policy = exchange.fields().string("policy");
        return write(exchange, policy.isEmpty() ? exchange.fields().string("rules") : policy);
    }

    private Response write(Exchange exchange, String text) {
        return Response.none().warnings(policies.write(exchange.fields().string("name"), unwrapped(text)));
    }

    private Response delete(Exchange exchange) {
        policies.delete(exchange.fields().string("name"));
        return Response.none();
    }

    /** Older clients send base64. No policy is valid base64 itself: it has quotes or blanks. */
    static String unwrapped(String text) {
        if (text.isEmpty() || text.length() % 4 != 0 || !text.matches("[A-Za-z0-9+/]+={0,2}")) {
            return text;
        }
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}

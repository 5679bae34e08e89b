package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.policy.PasswordPolicies;
import java.util.List;
import java.util.Map;

/** {@code sys/policies/password*}: what generated passwords look like, and passwords. */
public final class PasswordPolicyEndpoints {
    private final PasswordPolicies policies;

    /** Serves {@code policies}. */
    public PasswordPolicyEndpoints(PasswordPolicies policies) {
        this.policies = policies;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("policies/password", "Lists the password policies.")
                        .on(Operation.LIST, exchange -> Response.keys(policies.names()))
                        .build(),
                Endpoint.at("policies/password/{name}", "Shows, writes or deletes a password policy.")
                        .field("policy", Field.string("A length and rules, in HCL or JSON; may be base64."))
                        .on(
                                Operation.READ,
                                exchange -> Response.of(Map.of(
                                        "policy", policies.read(name(exchange)).orElseThrow(() -> missing()))))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build(),
                Endpoint.at("policies/password/{name}/generate", "Generates a password.")
                        .on(
                                Operation.READ,
                                exchange -> Response.of(Map.of(
                                        "password",
                                        policies.generate(name(exchange)).orElseThrow(() -> missing()))))
                        .build());
    }

    private Response write(Exchange exchange) {
        String text = exchange.fields().string("policy");
        if (text.isBlank()) {
            throw Fault.badRequest("missing policy");
        }
        policies.write(name(exchange), PolicyEndpoints.unwrapped(text));
        return Response.none();
    }

    private Response delete(Exchange exchange) {
        policies.delete(name(exchange));
        return Response.none();
    }

    private static String name(Exchange exchange) {
        return exchange.fields().string("name");
    }

    private static FaultException missing() {
        return Fault.notFound("policy does not exist");
    }
}

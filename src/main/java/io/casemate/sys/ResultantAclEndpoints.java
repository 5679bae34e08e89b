package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Rights;
import io.casemate.policy.Allowance;
import io.casemate.policy.Policies;
import io.casemate.policy.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/internal/ui/resultant-acl}: all that the policies of the token that asks say, for user interfaces. */
public final class ResultantAclEndpoints {
    private final Policies policies;

    /** Asks {@code policies}. */
    public ResultantAclEndpoints(Policies policies) {
        this.policies = policies;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("internal/ui/resultant-acl", "Shows what the token that asks may do.")
                .on(Operation.READ, this::all)
                .build());
    }

    private Response all(Exchange exchange) {
        Rights rights = exchange.caller().rights();
        if (rights.all().contains(Policy.ROOT)) {
            return Response.of(Map.of("root", true));
        }
        Map<String, Object> exact = new LinkedHashMap<>();
        Map<String, Object> prefixes = new LinkedHashMap<>();
        Map<String, Object> segments = new LinkedHashMap<>();
        for (Allowance each : policies.allowances(rights)) {
            switch (each.kind()) {
                case EXACT -> exact.put(each.pattern(), shown(each));
                case PREFIX ->
                    prefixes.put(each.pattern().substring(0, each.pattern().length() - 1), shown(each));
                case SEGMENTS -> segments.put(each.pattern(), shown(each));
            }
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("root", false);
        data.put("exact_paths", exact);
        data.put("glob_paths", prefixes);
        data.put("segment_wildcard_paths", segments);
        return Response.of(data);
    }

    private static Map<String, Object> shown(Allowance each) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("capabilities", each.capabilities());
        if (!each.least().isZero()) {
            shown.put("min_wrapping_ttl", each.least().toSeconds());
        }
        if (!each.most().isZero()) {
            shown.put("max_wrapping_ttl", each.most().toSeconds());
        }
        if (!each.allowed().isEmpty()) {
            shown.put("allowed_parameters", each.allowed());
        }
        if (!each.denied().isEmpty()) {
            shown.put("denied_parameters", each.denied());
        }
        if (!each.required().isEmpty()) {
            shown.put("required_parameters", List.copyOf(each.required()));
        }
        return shown;
    }
}

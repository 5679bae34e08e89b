package io.casemate.doctor;

import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kernel's packet filter, as {@code nft -j list ruleset} shows it (libnftables-json(5)). */
final class Ruleset {
    /** What a rule may hold and still apply to everything. */
    private static final Set<String> UNCONDITIONAL = Set.of("counter", "log", "accept", "drop", "reject");

    private final List<Map<?, ?>> chains = new ArrayList<>();
    private final List<Map<?, ?>> rules = new ArrayList<>();

    private Ruleset(List<?> objects) {
        for (Object object : objects) {
            Map<?, ?> named = (Map<?, ?>) object;
            if (named.get("chain") instanceof Map<?, ?> chain && chain.get("hook") != null) {
                chains.add(chain);
            } else if (named.get("rule") instanceof Map<?, ?> rule) {
                rules.add(rule);
            }
        }
    }

    /** As it is in the kernel now. */
    static Ruleset read(Tools tools) {
        return parse(tools.run("nft", List.of("-j", "list", "ruleset")));
    }

    static Ruleset parse(String text) {
        try {
            return new Ruleset(
                    (List<?>) Json.object(text.getBytes(StandardCharsets.UTF_8)).get("nftables"));
        } catch (FaultException e) {
            throw new UnreadableException("nft did not answer in JSON");
        }
    }

    /** Whether IPv4 and IPv6 are both refused on a hook unless a rule lets them pass. */
    Finding closed(String hook) {
        Set<String> families = new HashSet<>();
        List<String> seen = new ArrayList<>();
        for (Map<?, ?> chain : chains) {
            if (hook.equals(chain.get("hook")) && "filter".equals(chain.get("type"))) {
                boolean closed = refusesRest(chain);
                seen.add(chain.get("family") + " " + chain.get("table") + " " + chain.get("name")
                        + (closed ? " refuses the rest" : " lets the rest pass"));
                if (closed) {
                    families.add((String) chain.get("family"));
                }
            }
        }
        boolean good = families.contains("inet") || families.containsAll(Set.of("ip", "ip6"));
        return Finding.of(good, seen.isEmpty() ? "no chain on the hook " + hook : String.join(", ", seen));
    }

    /**
     * A rule without conditions decides for all that comes to it. Without one the policy does; firewalld's policy accepts, and
     * its last rule refuses.
     */
    private boolean refusesRest(Map<?, ?> chain) {
        for (Map<?, ?> rule : rules) {
            boolean here = chain.get("family").equals(rule.get("family"))
                    && chain.get("table").equals(rule.get("table"))
                    && chain.get("name").equals(rule.get("chain"));
            Set<Object> statements = here ? statements(rule) : Set.of("match");
            if (UNCONDITIONAL.containsAll(statements)) {
                if (statements.contains("drop") || statements.contains("reject")) {
                    return true;
                }
                if (statements.contains("accept")) {
                    return false;
                }
            }
        }
        return "drop".equals(chain.get("policy"));
    }

    private static Set<Object> statements(Map<?, ?> rule) {
        Set<Object> statements = new HashSet<>();
        ((List<?>) rule.get("expr")).forEach(each -> statements.addAll(((Map<?, ?>) each).keySet()));
        return statements;
    }
}

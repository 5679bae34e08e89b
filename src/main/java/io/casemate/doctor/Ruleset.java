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
    private static final Set<String> UNCONDITIONAL =
            Set.of("counter", "log", "accept", "drop", "reject", "jump", "goto", "return");

    private static final Set<String> INTERFACES = Set.of("iif", "iifname", "oif", "oifname");

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

    /** What no rule decides the policy does; firewalld's policy accepts, and its last rule refuses. */
    private boolean refusesRest(Map<?, ?> chain) {
        return switch (fate(chain, (String) chain.get("name"))) {
            case REFUSED -> true;
            case ACCEPTED -> false;
            case UNDECIDED -> "drop".equals(chain.get("policy"));
        };
    }

    /**
     * What becomes of a packet that meets no condition but that of an interface. A zone of firewalld is a chain that is reached
     * by interface, so what one interface lets in is let in; what one refuses another may still accept.
     *
     * @param hooked the chain at the hook, which tells family and table
     */
    private Fate fate(Map<?, ?> hooked, String name) {
        for (Statements statements : broad(hooked, name)) {
            for (Map<?, ?> verdict : statements.verdicts()) {
                Fate fate = fateBy(verdict, hooked);
                boolean leaves = !statements.byInterface()
                        && (fate == Fate.REFUSED || verdict.containsKey("goto") || verdict.containsKey("return"));
                if (fate == Fate.ACCEPTED || leaves) {
                    return fate;
                }
            }
        }
        return Fate.UNDECIDED;
    }

    /** The rules of a chain that are not for some packets only. */
    private List<Statements> broad(Map<?, ?> hooked, String name) {
        return rules.stream()
                .filter(rule -> hooked.get("family").equals(rule.get("family"))
                        && hooked.get("table").equals(rule.get("table"))
                        && name.equals(rule.get("chain")))
                .map(rule -> Statements.of((List<?>) rule.get("expr")))
                .filter(statements -> !statements.narrow())
                .toList();
    }

    private Fate fateBy(Map<?, ?> verdict, Map<?, ?> hooked) {
        for (String way : List.of("jump", "goto")) {
            if (verdict.get(way) instanceof Map<?, ?> other) {
                return fate(hooked, (String) other.get("target"));
            }
        }
        if (verdict.containsKey("drop") || verdict.containsKey("reject")) {
            return Fate.REFUSED;
        }
        return verdict.containsKey("accept") ? Fate.ACCEPTED : Fate.UNDECIDED;
    }

    private enum Fate {
        ACCEPTED,
        REFUSED,
        /** The chain has ended, and the one that it was reached from goes on. */
        UNDECIDED
    }

    /**
     * What a rule asks and does.
     *
     * @param narrow whether it is for some packets of an interface only, or for the loopback
     * @param byInterface whether it is for some interfaces only
     * @param verdicts what it may decide
     */
    private record Statements(boolean narrow, boolean byInterface, List<Map<?, ?>> verdicts) {
        static Statements of(List<?> expressions) {
            boolean narrow = false;
            boolean byInterface = false;
            List<Map<?, ?>> verdicts = new ArrayList<>();
            for (Object expression : expressions) {
                Map<?, ?> statement = (Map<?, ?>) expression;
                if (statement.get("match") instanceof Map<?, ?> match) {
                    byInterface = true;
                    narrow |= !isInterface(match.get("left")) || isLoopback(match);
                } else if (statement.get("vmap") instanceof Map<?, ?> map) {
                    byInterface = true;
                    narrow |= !isInterface(map.get("key"));
                    verdicts.addAll(verdictsOf(map));
                } else {
                    narrow |= !UNCONDITIONAL.containsAll(statement.keySet());
                    verdicts.add(statement);
                }
            }
            return new Statements(narrow, byInterface, verdicts);
        }

        private static boolean isInterface(Object left) {
            return left instanceof Map<?, ?> of
                    && of.get("meta") instanceof Map<?, ?> meta
                    && INTERFACES.contains(meta.get("key"));
        }

        private static boolean isLoopback(Map<?, ?> match) {
            return "==".equals(match.get("op")) && "lo".equals(match.get("right"));
        }

        /** The verdicts of a map that stands in the rule: pairs of a name and a verdict. */
        private static List<Map<?, ?>> verdictsOf(Map<?, ?> map) {
            List<Map<?, ?>> verdicts = new ArrayList<>();
            if (map.get("data") instanceof Map<?, ?> data && data.get("set") instanceof List<?> pairs) {
                pairs.forEach(pair -> verdicts.add((Map<?, ?>) ((List<?>) pair).get(1)));
            }
            return verdicts;
        }
    }
}

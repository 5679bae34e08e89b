package io.casemate.policy;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of policies, compiled. Of all patterns that match a path exactly one decides: the exact one, else the most
 * specific. Immutable.
 */
final class Acl {
    private final boolean root;
    private final Map<String, Grant> exact = new HashMap<>();
    private final PrefixIndex prefixes;
    private final WildcardTree wildcards;
    private final List<Grant> wild = new ArrayList<>();

    Acl(List<Policy> policies) {
        this.root = policies.stream().anyMatch(policy -> policy.name().equals(Policy.ROOT));
        Map<String, Grant> byPattern = new HashMap<>();
        for (Policy policy : policies) {
            for (PathRule rule : policy.rules()) {
                if (!rule.templated()) {
                    byPattern.merge(
                            rule.pattern(), Grant.of(policy.name(), rule), (old, _) -> old.merge(policy.name(), rule));
                }
            }
        }
        Map<String, Grant> byPrefix = new HashMap<>();
        List<Grant> ordered = byPattern.values().stream()
                .sorted((a, b) -> Grant.SPECIFICITY.compare(a.rule(), b.rule()))
                .toList();
        for (int rank = 0; rank < ordered.size(); rank++) {
            place(ordered.get(rank).ranked(rank), byPrefix);
        }
        this.prefixes = new PrefixIndex(byPrefix);
        this.wildcards = WildcardTree.of(wild);
    }

    private void place(Grant grant, Map<String, Grant> byPrefix) {
        PathRule rule = grant.rule();
        if (rule.wildcard()) {
            wild.add(grant);
        } else if (rule.prefix()) {
            byPrefix.put(rule.stem(), grant);
        } else {
            exact.put(rule.pattern(), grant);
        }
    }

    Verdict judge(Request request, boolean needsSudo) {
        if (root) {
            return new Verdict(true, List.of(Policy.ROOT));
        }
        Optional<Capability> needed = Capability.needed(request.operation());
        if (needed.isEmpty()) {
            return new Verdict(true, List.of());
        }
        boolean list = request.operation() == Operation.LIST;
        Grant grant = decisive(
                list ? request.path().asFolder().value() : request.path().value(), list);
        boolean allowed = grant != null
                && grant.grants(needed.get())
                && (!needsSudo || grant.grants(Capability.SUDO))
                && grant.withinBounds(request);
        return allowed ? new Verdict(true, grant.grantedBy(needed.get())) : Verdict.DENIED;
    }

    /** As the API reports them: sorted words, {@code deny} alone for nothing. */
    List<String> capabilities(String path) {
        if (root) {
            return List.of(Policy.ROOT);
        }
        Grant grant = decisive(path, true);
        List<String> words = new ArrayList<>();
        if (grant != null && !grant.denies()) {
            for (Capability each : Capability.values()) {
                if (grant.grants(each)) {
                    words.add(each.word());
                }
            }
        }
        return words.isEmpty() ? List.of(Capability.DENY.word()) : words;
    }

    /** Whether anything on or below {@code mount} is granted. */
    boolean reaches(String mount) {
        if (!capabilities(mount).equals(List.of(Capability.DENY.word()))) {
            return true;
        }
        return exact.values().stream().anyMatch(grant -> grantsBelow(grant, mount))
                || prefixes.grants().stream().anyMatch(grant -> grantsBelow(grant, mount))
                || wild.stream().anyMatch(grant -> gives(grant) && mayReach(grant.rule(), mount));
    }

    private static boolean gives(Grant grant) {
        return !grant.denies() && grant.rule().bits() != 0;
    }

    private static boolean grantsBelow(Grant grant, String mount) {
        return gives(grant) && grant.rule().pattern().startsWith(mount);
    }

    private static boolean mayReach(PathRule rule, String mount) {
        List<String> pattern = WildcardTree.split(rule.stem());
        List<String> segments = WildcardTree.split(mount);
        for (int i = 0; i < segments.size() - 1; i++) {
            if (i >= pattern.size()) {
                return false;
            }
            String part = pattern.get(i);
            if (rule.prefix() && i == pattern.size() - 1) {
                return segments.get(i).startsWith(part);
            }
            if (!part.equals("+") && !part.equals(segments.get(i))) {
                return false;
            }
        }
        return pattern.size() >= segments.size();
    }

    /** The one grant that decides, or null when nothing matches. */
    private Grant decisive(String path, boolean list) {
        Grant found = exact.get(path);
        boolean folder = list && path.endsWith("/");
        String bare = folder ? path.substring(0, path.length() - 1) : path;
        if (found == null && folder) {
            found = exact.get(bare);
        }
        if (found != null) {
            return found;
        }
        MostSpecific best = new MostSpecific();
        offer(path, best);
        if (folder) {
            offer(bare, best);
            return best.forList();
        }
        return best.overall();
    }

    private void offer(String path, MostSpecific best) {
        int longest = prefixes.longest(path);
        if (longest >= 0) {
            best.accept(prefixes.grant(longest));
        }
        wildcards.visit(path, best);
    }
}

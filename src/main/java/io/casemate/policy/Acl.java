package io.casemate.policy;

import io.casemate.kernel.Identity;
import io.casemate.kernel.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A set of policies, compiled. Of all patterns that match a path exactly one decides: the exact one, else the most
 * specific. Immutable.
 *
 * <p>Rules without templates are compiled once for everybody who holds the same policies; what templates make for one
 * identity lies in a thin layer above.
 */
final class Acl {
    private final boolean root;
    private final List<Templated> templates;
    private final Layer common;
    private final Layer own;

    /** A rule that somebody's values have to be filled into. */
    record Templated(String policy, PathRule rule) {}

    /** With the templates of {@code policies} not filled: they say nothing. */
    Acl(List<Policy> policies) {
        this.root = policies.stream().anyMatch(policy -> policy.name().equals(Policy.ROOT));
        this.own = Layer.EMPTY;
        List<Grant> plain = new ArrayList<>();
        List<Templated> waiting = new ArrayList<>();
        for (Policy policy : policies) {
            for (PathRule rule : policy.rules()) {
                if (rule.templated()) {
                    waiting.add(new Templated(policy.name(), rule));
                } else {
                    plain.add(Grant.of(policy.name(), rule));
                }
            }
        }
        this.templates = List.copyOf(waiting);
        this.common = Layer.of(united(plain));
    }

    private Acl(Acl common, Layer own) {
        this.root = common.root;
        this.templates = common.templates;
        this.common = common.common;
        this.own = own;
    }

    /** The same for one identity. Costs what the templates cost. */
    Acl filledFor(Identity who) {
        List<Grant> filled = new ArrayList<>();
        for (Templated each : templates) {
            each.rule().filledFor(who).rule().ifPresent(rule -> filled.add(Grant.of(each.policy(), rule)));
        }
        return filled.isEmpty() ? this : new Acl(this, common.above(united(filled)));
    }

    private static Collection<Grant> united(List<Grant> grants) {
        Map<String, Grant> byPattern = new HashMap<>();
        grants.forEach(each -> byPattern.merge(each.rule().pattern(), each, Grant::merge));
        return byPattern.values();
    }

    Verdict judge(Request request, boolean needsSudo) {
        return weigh(request, needsSudo).verdict();
    }

    /** The judgement with its reason. */
    Ruling weigh(Request request, boolean needsSudo) {
        if (root) {
            return Ruling.ROOT;
        }
        Optional<Capability> needed = Capability.needed(request.operation());
        if (needed.isEmpty()) {
            return Ruling.HELP;
        }
        Grant grant = decisive(asked(request), needed.get());
        if (grant == null) {
            return Ruling.NO_RULE;
        }
        Capability capability = needed.get();
        if (grant.denies()) {
            return Ruling.refused(grant, "the rule denies");
        }
        if (!grant.grants(capability)) {
            return Ruling.refused(grant, "the rule does not have the capability \"" + capability.word() + "\"");
        }
        if (needsSudo && !grant.grants(Capability.SUDO)) {
            return Ruling.refused(grant, "this path needs the capability \"sudo\" too, and the rule does not have it");
        }
        return grant.trouble(request)
                .map(trouble -> Ruling.refused(grant, trouble))
                .orElseGet(() -> Ruling.allowed(grant, capability));
    }

    /** As the API reports them: sorted words, {@code deny} alone for nothing. */
    List<String> capabilities(String path) {
        if (root) {
            return List.of(Policy.ROOT);
        }
        Grant grant = decisive(path, Capability.LIST);
        return grant == null ? Capability.words(0) : grant.words();
    }

    /** Whether anything on or below {@code mount} is granted. */
    boolean reaches(String mount) {
        return !capabilities(mount).equals(Capability.words(0))
                || grants().filter(Grant::gives).anyMatch(grant -> Reach.into(mount, grant.rule()));
    }

    boolean root() {
        return root;
    }

    /** What counts of every pattern. */
    Stream<Grant> grants() {
        return Stream.concat(own.grants().stream(), common.grants().stream().filter(grant -> !own.has(grant.rule())));
    }

    /** All rules with templates. */
    List<Templated> templates() {
        return templates;
    }

    /** The path that rules are asked about. */
    static String asked(Request request) {
        return request.operation().lists()
                ? request.path().asFolder().value()
                : request.path().value();
    }

    /** The one grant that decides on {@code wanted}, or null when nothing matches. */
    private Grant decisive(String path, Capability wanted) {
        Grant found = exact(path);
        boolean folder = wanted.ofFolders() && path.endsWith("/");
        String bare = folder ? path.substring(0, path.length() - 1) : path;
        if (found == null && folder) {
            found = exact(bare);
        }
        if (found != null) {
            return found;
        }
        MostSpecific best = new MostSpecific();
        offer(bare, best);
        if (!folder) {
            return best.overall();
        }
        MostSpecific slashed = new MostSpecific();
        offer(path, slashed);
        return best.orElse(slashed);
    }

    private Grant exact(String path) {
        Grant mine = own.exact(path);
        return mine == null ? common.exact(path) : mine;
    }

    /** Of the plain prefixes only the longest takes part. */
    private void offer(String path, MostSpecific best) {
        Grant longest = common.longest(path);
        if (!own.isEmpty()) {
            Grant mine = own.longest(path);
            boolean longer = mine != null
                    && (longest == null
                            || mine.rule().stem().length()
                                    >= longest.rule().stem().length());
            longest = longer ? mine : longest;
            own.wildcards(path, best);
        }
        if (longest != null) {
            best.accept(longest);
        }
        common.wildcards(path, best);
    }
}

package io.casemate.policy;

import io.casemate.kernel.Globs;
import io.casemate.kernel.Identity;
import io.casemate.kernel.Request;
import io.casemate.policy.Explanation.Rule;
import io.casemate.policy.Explanation.Stanza;
import io.casemate.policy.Explanation.Unfilled;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells what the rules say to a request: the judge's own ruling, and around it what else might have been meant. */
final class Explainer {
    private static final int MOST = 20;

    private final Acl acl;
    private final Identity who;

    Explainer(Acl acl, Identity who) {
        this.acl = acl;
        this.who = who;
    }

    Explanation explain(Request request, boolean needsSudo) {
        Ruling ruling = acl.weigh(request, needsSudo);
        Set<String> paths = spellings(request);
        Optional<Rule> decided = ruling.by().map(Explainer::rule);
        List<Rule> outranked = acl.root()
                ? List.of()
                : acl.grants()
                        .filter(grant -> paths.stream().anyMatch(path -> Reach.matches(grant.rule(), path)))
                        .filter(grant -> ruling.by()
                                .filter(by ->
                                        by.rule().pattern().equals(grant.rule().pattern()))
                                .isEmpty())
                        .sorted((a, b) -> Grant.SPECIFICITY.compare(b.rule(), a.rule()))
                        .limit(MOST)
                        .map(Explainer::rule)
                        .toList();
        return new Explanation(
                ruling.allowed(), reason(ruling), decided, outranked, acl.root() ? List.of() : unfilled(paths));
    }

    private static String reason(Ruling ruling) {
        return ruling.why().isEmpty() ? "the rule allows it" : ruling.why();
    }

    /** A folder is asked about with and without its slash. */
    private static Set<String> spellings(Request request) {
        String path = Acl.asked(request);
        return request.operation().lists() && path.endsWith("/")
                ? Set.of(path, path.substring(0, path.length() - 1))
                : Set.of(path);
    }

    private List<Unfilled> unfilled(Set<String> paths) {
        return acl.templates().stream()
                .filter(each ->
                        paths.stream().anyMatch(path -> mightMatch(each.rule().pattern(), path)))
                .flatMap(each -> unfilled(each).stream())
                .limit(MOST)
                .toList();
    }

    private Optional<Unfilled> unfilled(Acl.Templated each) {
        PathRule rule = each.rule();
        String why = rule.filledFor(who).trouble();
        Stanza stanza = new Stanza(
                each.policy(), rule.written().line(), rule.written().pattern(), Capability.words(rule.bits()));
        return why.isEmpty() ? Optional.empty() : Optional.of(new Unfilled(stanza, why));
    }

    /** Segment by segment, each in a time that grows with its length alone: whoever holds the policy chooses the path. */
    private static boolean mightMatch(String template, String path) {
        StringBuilder outline = new StringBuilder();
        Template.parts(template).forEach(part -> outline.append(part.startsWith("{{") ? "*" : part));
        List<String> pattern = WildcardTree.split(outline.toString());
        List<String> segments = WildcardTree.split(path);
        boolean prefix = template.endsWith("*");
        if (segments.size() < pattern.size() || (!prefix && segments.size() != pattern.size())) {
            return false;
        }
        for (int i = 0; i < pattern.size(); i++) {
            String glob = pattern.get(i).startsWith("+") ? "*" + pattern.get(i).substring(1) : pattern.get(i);
            if (!Globs.fits(glob, segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Rule rule(Grant grant) {
        List<Stanza> stanzas = grant.sources().stream()
                .map(source -> new Stanza(
                        source.policy(),
                        source.written().line(),
                        source.written().pattern(),
                        Capability.words(source.bits())))
                .toList();
        return new Rule(grant.rule().pattern(), grant.words(), stanzas);
    }
}

package io.casemate.auth;

import io.casemate.policy.PolicyName;
import java.util.List;

/** Policies as users and roles are given them. */
final class PolicyNames {
    private PolicyNames() {}

    /** Checked, lower-case, once each, in order. */
    static List<String> clean(List<String> sent) {
        return sent.stream()
                .filter(name -> !name.isBlank())
                .map(PolicyName::of)
                .distinct()
                .sorted()
                .toList();
    }
}

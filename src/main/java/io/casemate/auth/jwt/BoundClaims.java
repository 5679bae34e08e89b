package io.casemate.auth.jwt;

import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a role demands of the claims.
 *
 * @param audiences one of which the token must be for
 * @param claims by name or JSON pointer: a value, or several of which one must be there
 */
record BoundClaims(List<String> audiences, String subject, boolean glob, Map<String, Object> claims) {
    static final BoundClaims NONE = new BoundClaims(List.of(), "", false, Map.of());

    BoundClaims merge(Fields sent) {
        BoundClaims merged = new BoundClaims(
                sent.has("bound_audiences") ? sent.strings("bound_audiences") : audiences,
                sent.has("bound_subject") ? sent.string("bound_subject") : subject,
                sent.has("bound_claims_type") ? glob(sent.string("bound_claims_type")) : glob,
                sent.has("bound_claims") ? sent.map("bound_claims") : claims);
        merged.claims.forEach(merged::check);
        return merged;
    }

    boolean none() {
        return audiences.isEmpty() && subject.isEmpty() && claims.isEmpty();
    }

    /**
     * Compares.
     *
     * @throws FaultException {@code BadRequest} naming the claim that does not fit
     */
    void check(Claims given) {
        if (!subject.isEmpty() && !given.text("sub").equals(Optional.of(subject))) {
            throw refused("the claim 'sub' does not match the role's bound_subject");
        }
        List<String> aud = given.audiences();
        if (audiences.isEmpty() && !aud.isEmpty()) {
            throw refused("audience claim found in JWT but no audiences bound to the role");
        }
        if (!audiences.isEmpty() && aud.stream().noneMatch(audiences::contains)) {
            throw refused("aud claim does not match any bound audience");
        }
        claims.forEach((name, wanted) -> {
            Object value = given.find(name);
            if (value == null) {
                throw refused("claim \"" + name + "\" is missing");
            }
            List<?> values = Claims.list(value)
                    .orElseThrow(() -> refused("claim \"" + name + "\" is not a string, boolean, number or list"));
            boolean found = Claims.list(wanted).orElse(List.of()).stream()
                    .anyMatch(each -> values.stream().anyMatch(one -> Claims.same(each, one, glob)));
            if (!found) {
                throw refused("claim \"" + name + "\" does not match any associated bound claim values");
            }
        });
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("bound_audiences", audiences);
        members.put("bound_subject", subject);
        members.put("bound_claims_type", glob ? "glob" : "string");
        members.put("bound_claims", claims);
        return members;
    }

    static BoundClaims stored(Members members) {
        return new BoundClaims(
                members.strings("bound_audiences"),
                members.text("bound_subject"),
                members.text("bound_claims_type").equals("glob"),
                members.map("bound_claims"));
    }

    private void check(String name, Object wanted) {
        List<?> values = Claims.list(wanted)
                .orElseThrow(() -> Fault.badRequest(
                        "field 'bound_claims': \"" + name + "\" is not a string, boolean, number or list"));
        boolean wrong = values.stream().anyMatch(each -> glob ? !(each instanceof String) : each instanceof Map);
        if (wrong || values.isEmpty()) {
            throw Fault.badRequest("field 'bound_claims': \"" + name + "\" "
                    + (glob ? "must be strings with bound_claims_type=glob" : "demands nothing that a claim can be"));
        }
    }

    private static boolean glob(String type) {
        return switch (type) {
            case "glob" -> true;
            case "string", "" -> false;
            default -> throw Fault.badRequest("invalid 'bound_claims_type': " + type + ": expected string or glob");
        };
    }

    private static FaultException refused(String why) {
        return Fault.badRequest("error validating token: " + why);
    }
}

package io.casemate.engine.pki.acme.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose a certificate is.
 *
 * @param successor the order that said it replaces it (RFC 9773 section 5); empty for none
 */
public record Owner(String account, String order, String successor) {
    /** The same, replaced. */
    public Owner succeeded(String by) {
        return new Owner(account, order, by);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("account", account);
        members.put("order", order);
        members.put("successor", successor);
        return members;
    }

    static Owner of(Map<String, Object> members) {
        return new Owner(
                Members.text(members, "account"), Members.text(members, "order"), Members.text(members, "successor"));
    }
}

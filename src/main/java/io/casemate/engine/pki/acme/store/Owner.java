package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
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

    static Owner of(Members members) {
        return new Owner(members.text("account"), members.text("order"), members.text("successor"));
    }
}

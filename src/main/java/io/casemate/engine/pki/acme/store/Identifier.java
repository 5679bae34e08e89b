package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
import io.casemate.engine.pki.name.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a certificate is to name (RFC 8555 section 9.7.7, RFC 8738).
 *
 * @param ip an address, and no DNS name
 * @param value a DNS name in its one form, a wildcard's with {@code *.}; an address as it was sent, in lower case
 */
public record Identifier(boolean ip, String value) {
    /** As in requests and answers. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", ip ? "ip" : "dns");
        members.put("value", value);
        return members;
    }

    /** From a stored record. */
    static Identifier of(Members members) {
        return new Identifier("ip".equals(members.text("type")), members.text("value"));
    }

    /** A name below it is asked for, whatever it is. */
    public boolean wildcard() {
        return !ip && value.startsWith("*.");
    }

    /** The name that is proven: without the wildcard. */
    public String base() {
        return wildcard() ? value.substring(2) : value;
    }

    /** One text for one identity, however an address was written. */
    public String canonical() {
        return ip ? "ip:" + IpAddress.parse(value).octets() : "dns:" + value;
    }
}

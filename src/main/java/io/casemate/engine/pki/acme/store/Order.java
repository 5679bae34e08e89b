package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An order as it was placed (RFC 8555 section 7.1.3). Whether it is pending, ready or invalid follows from its authorizations and
 * is not stored, so that it cannot contradict them; only the certificate is.
 *
 * @param notAfter as wished, RFC 3339; empty when nothing was
 * @param replaces the certificate it renews (RFC 9773 section 4.1); empty for none
 * @param serial of its certificate in storage form; empty before there is one
 * @param certificateEnds when that ends; the epoch before there is one
 */
public record Order(
        String id,
        List<Identifier> identifiers,
        List<String> authorizations,
        String notAfter,
        String replaces,
        Instant created,
        Instant expires,
        String serial,
        Instant certificateEnds) {

    /** The same with its certificate. */
    public Order issued(String number, Instant ends) {
        return new Order(id, identifiers, authorizations, notAfter, replaces, created, expires, number, ends);
    }

    /** There is a certificate. */
    public boolean valid() {
        return !serial.isEmpty();
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("identifiers", identifiers.stream().map(Identifier::members).toList());
        members.put("authorizations", authorizations);
        members.put("not_after", notAfter);
        members.put("replaces", replaces);
        members.put("created", created.getEpochSecond());
        members.put("expires", expires.getEpochSecond());
        members.put("serial", serial);
        members.put("certificate_ends", certificateEnds.getEpochSecond());
        return members;
    }

    static Order of(String id, Members members) {
        return new Order(
                id,
                members.parts("identifiers").stream().map(Identifier::of).toList(),
                members.strings("authorizations"),
                members.text("not_after"),
                members.text("replaces"),
                members.time("created"),
                members.time("expires"),
                members.text("serial"),
                members.time("certificate_ends"));
    }
}

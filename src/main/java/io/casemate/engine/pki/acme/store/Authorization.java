package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Whether an account has shown to hold an identifier (RFC 8555 section 7.1.4).
 *
 * @param expires from then on it counts for nothing
 */
public record Authorization(
        String id, Identifier identifier, Status status, Instant expires, List<Challenge> challenges) {

    /** RFC 8555 section 7.1.6; that it has expired follows from the time and is not stored. */
    public enum Status {
        /** A challenge has to be met. */
        PENDING,
        /** One was met. */
        VALID,
        /** One was failed. */
        INVALID,
        /** Given up by the account. */
        DEACTIVATED
    }

    /** The challenge of this type. */
    public Optional<Challenge> challenge(String type) {
        return challenges.stream().filter(each -> each.type().equals(type)).findFirst();
    }

    /** Proven, and not too long ago. */
    public boolean holds(Instant now) {
        return status == Status.VALID && expires.isAfter(now);
    }

    /** May still become valid. */
    public boolean open(Instant now) {
        return status == Status.PENDING && expires.isAfter(now);
    }

    /** The same with one challenge changed. */
    public Authorization with(String type, UnaryOperator<Challenge> change) {
        return new Authorization(
                id,
                identifier,
                status,
                expires,
                challenges.stream()
                        .map(each -> each.type().equals(type) ? change.apply(each) : each)
                        .toList());
    }

    /** The same in another state. */
    public Authorization as(Status other, Instant until) {
        return new Authorization(id, identifier, other, until, challenges);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("identifier", identifier.members());
        members.put("status", status.name());
        members.put("expires", expires.getEpochSecond());
        members.put("challenges", challenges.stream().map(Challenge::members).toList());
        return members;
    }

    static Authorization of(String id, Members members) {
        return new Authorization(
                id,
                Identifier.of(members.part("identifier")),
                Status.valueOf(members.text("status")),
                members.time("expires"),
                members.parts("challenges").stream().map(Challenge::of).toList());
    }
}

package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
import io.casemate.engine.pki.acme.challenge.Result;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One way to prove an identifier (RFC 8555 section 7.1.5).
 *
 * @param when it was settled; the epoch before
 * @param problem the problem's type without its URN, when it is invalid or was looked at in vain; empty otherwise
 */
public record Challenge(String type, String token, Status status, Instant when, String problem, String detail) {
    /** RFC 8555 section 7.1.6. */
    public enum Status {
        /** The client has not asked for it to be looked at. */
        PENDING,
        /** The server looks. */
        PROCESSING,
        /** Proven. */
        VALID,
        /** Not proven. */
        INVALID
    }

    /** A new one. */
    public static Challenge pending(String type, String token) {
        return new Challenge(type, token, Status.PENDING, Instant.EPOCH, "", "");
    }

    /** The same, being looked at. */
    public Challenge processing() {
        return new Challenge(type, token, Status.PROCESSING, when, problem, detail);
    }

    /** The same, proven. */
    public Challenge proven(Instant moment) {
        return new Challenge(type, token, Status.VALID, moment, "", "");
    }

    /** The same after a vain look; {@code given} up, or not yet. */
    public Challenge failed(Result.Failed failure, boolean given) {
        return new Challenge(
                type, token, given ? Status.INVALID : status, Instant.EPOCH, failure.type(), failure.detail());
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("token", token);
        members.put("status", status.name());
        members.put("when", when.getEpochSecond());
        members.put("problem", problem);
        members.put("detail", detail);
        return members;
    }

    static Challenge of(Members members) {
        return new Challenge(
                members.text("type"),
                members.text("token"),
                Status.valueOf(members.text("status")),
                members.time("when"),
                members.text("problem"),
                members.text("detail"));
    }
}

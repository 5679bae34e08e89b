package io.casemate.engine.pki.acme.store;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.crypto.VerificationKey;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import java.security.PublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An account (RFC 8555 section 7.1.2). It belongs to the directory it was made at: what was granted at one says nothing of what
 * another may issue.
 *
 * @param directory such as {@code acme} or {@code roles/web/acme}
 * @param eab id of the binding it was made with; empty without one
 * @param ended when it was deactivated or revoked; the epoch while it is valid
 */
public record Account(
        String id,
        String directory,
        Status status,
        PublicKey key,
        List<String> contacts,
        boolean termsAgreed,
        String eab,
        Instant created,
        Instant ended) {

    /** RFC 8555 section 7.1.6. */
    public enum Status {
        /** May ask. */
        VALID,
        /** Ended by its owner. */
        DEACTIVATED,
        /** Ended by the server. */
        REVOKED
    }

    /** Its key's thumbprint (RFC 7638). */
    public String thumbprint() {
        return JwkThumbprint.of(key);
    }

    /** The same with other contacts. */
    public Account contacts(List<String> others) {
        return new Account(id, directory, status, key, others, termsAgreed, eab, created, ended);
    }

    /** The same with another key. */
    public Account key(PublicKey other) {
        return new Account(id, directory, status, other, contacts, termsAgreed, eab, created, ended);
    }

    /** The same, ended. */
    public Account ended(Status how, Instant when) {
        return new Account(id, directory, how, key, contacts, termsAgreed, eab, created, when);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("directory", directory);
        members.put("status", status.name());
        members.put("key", JwkThumbprint.members(key));
        members.put("contacts", contacts);
        members.put("terms_agreed", termsAgreed);
        members.put("eab", eab);
        members.put("created", created.getEpochSecond());
        members.put("ended", ended.getEpochSecond());
        return members;
    }

    static Account of(String id, Members members) {
        return new Account(
                id,
                members.text("directory"),
                Status.valueOf(members.text("status")),
                VerificationKey.jwk(members.map("key"))
                        .orElseThrow(() -> new Fault.StorageFailed(
                                        Fault.StorageProblem.CORRUPT, "the ACME account " + id + " has no usable key")
                                .asException())
                        .key(),
                members.strings("contacts"),
                members.flag("terms_agreed"),
                members.text("eab"),
                members.time("created"),
                members.time("ended"));
    }
}

package io.casemate.engine.pki.acme;

import io.casemate.engine.Fields;
import java.util.List;
import java.util.Optional;

/** One ACME server of the mount: which issuer and which role its path names. */
record Directory(Optional<String> issuer, Optional<String> role) {
    /** Before {@code acme/}, at all four of them. */
    static final List<String> PREFIXES =
            List.of("", "issuer/{issuer_ref}/", "roles/{role}/", "issuer/{issuer_ref}/roles/{role}/");

    /** The one that a request below {@code prefix} is for. */
    static Directory of(String prefix, Fields fields) {
        return new Directory(
                prefix.contains("{issuer_ref}") ? Optional.of(fields.string("issuer_ref")) : Optional.empty(),
                prefix.contains("{role}") ? Optional.of(fields.string("role")) : Optional.empty());
    }

    /** Its path below the mount, by which accounts belong to it. */
    String name() {
        return issuer.map(ref -> "issuer/" + ref + "/").orElse("")
                + role.map(name -> "roles/" + name + "/").orElse("")
                + "acme";
    }
}

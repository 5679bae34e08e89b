package io.casemate.engine.pki.acme;

import io.casemate.engine.Fields;
import io.casemate.engine.pki.acme.store.Account;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A request that has come in at a directory.
 *
 * @param base the mount's address, with a slash at the end
 * @param policy looked up when it is asked for
 */
record AcmeRequest(
        Directory directory, AcmeSettings settings, String base, Supplier<IssuancePolicy> policy, Fields fields) {
    /** Refuses where nothing could be issued: the issuer or role is gone, or not allowed. */
    void requirePolicy() {
        IssuancePolicy _ = policy.get();
    }

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** The URL of something below the directory. */
    String url(String rest) {
        return base + directory.name() + "/" + rest;
    }

    /** An id in the path; what is none is answered like one that nobody has. */
    String id(String field) {
        return id(fields.string(field), field);
    }

    /** Whether this has the form of one. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Passes an id. */
    static String id(String text, String what) {
        if (!isId(text)) {
            throw ProblemType.MALFORMED.because(404, "there is no such " + what);
        }
        return text;
    }

    /**
     * One whose signature is verified.
     *
     * @param account whose key signed; empty when the key came with the request
     */
    record Signed(AcmeRequest incoming, Jws jws, Optional<Account> account, PublicKey key) {
        /** The account of a request that needs one. */
        Account owner() {
            return account.orElseThrow(() -> new IllegalStateException("this endpoint takes requests by account"));
        }

        /** The payload's members; empty for one that asks for nothing but to read (RFC 8555 section 6.3). */
        Optional<Map<String, Object>> wishes() {
            byte[] payload = jws.parts().payload();
            return payload.length == 0 ? Optional.empty() : Optional.of(FlattenedJws.object("the payload", payload));
        }

        /** The payload's members. */
        Map<String, Object> demands() {
            return wishes().orElseThrow(() -> ProblemType.MALFORMED.because("the payload must be a JSON object"));
        }

        /** Passes a request that reads. */
        void mustRead() {
            if (jws.parts().payload().length != 0) {
                throw ProblemType.MALFORMED.because("this can only be read: the payload must be empty (POST-as-GET)");
            }
        }
    }
}

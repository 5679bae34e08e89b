package io.casemate.auth.jwt;

import io.casemate.auth.Outbound;
import io.casemate.auth.jwt.Config.Kind;
import io.casemate.auth.jwt.Config.Source;
import io.casemate.crypto.VerificationKey;
import io.casemate.crypto.X509;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Fetches a key set once, by way of discovery where that is asked for. */
final class KeyFetch {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LONGEST_SET = 1 << 20;
    private static final int LONGEST_DOCUMENT = 256 << 10;

    private final Source source;
    private final Outbound outbound;

    KeyFetch(Source source) {
        this.source = source;
        this.outbound = new Outbound(X509.certificates(source.authorities()), TIMEOUT);
    }

    /**
     * What was fetched.
     *
     * @param set as it came, JSON
     * @param issuer by discovery; else empty
     */
    record Fetched(byte[] set, List<VerificationKey> keys, String issuer) {}

    /**
     * Fetches.
     *
     * @throws IOException saying in one sentence what went wrong
     */
    Fetched now() throws IOException {
        try {
            if (source.kind() != Kind.DISCOVERY) {
                return fetched(URI.create(source.url()), "");
            }
            String base = source.url().replaceFirst("/+$", "");
            byte[] text = outbound.get(URI.create(base + "/.well-known/openid-configuration"), LONGEST_DOCUMENT);
            Map<String, Object> document = Json.object(text);
            String issuer = document.get("issuer") instanceof String name ? name : "";
            // Section 4.3: an issuer that speaks for another one would sign for it.
            if (!issuer.replaceFirst("/+$", "").equals(base)) {
                throw new IOException("its document is of another issuer");
            }
            if (!(document.get("jwks_uri") instanceof String keys)) {
                throw new IOException("its document names no jwks_uri");
            }
            return fetched(Outbound.trusted("jwks_uri", keys), issuer);
        } catch (FaultException e) {
            throw new IOException("it gave no key set, or none over https", e);
        }
    }

    private Fetched fetched(URI address, String issuer) throws IOException {
        byte[] set = outbound.get(address, LONGEST_SET);
        List<VerificationKey> keys = VerificationKey.set(set);
        if (keys.isEmpty()) {
            throw new IOException("its key set has no key that verifies signatures");
        }
        return new Fetched(set, keys, issuer);
    }
}

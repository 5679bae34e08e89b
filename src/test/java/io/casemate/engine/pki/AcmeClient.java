package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.engine.EndpointTable;
import io.casemate.json.Json;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Content;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** An ACME client that can also misbehave: every part of what it signs and sends can be changed. */
final class AcmeClient {
    static final String BASE = "https://pki.test:8200/v1/pki/";

    private final PkiFixture mount;
    private final String directory;
    private KeyPair keys;
    private String algorithm;
    private String kid = "";

    /** A client with an account key of the JWS algorithm {@code algorithm} at {@code directory}, such as {@code acme}. */
    AcmeClient(PkiFixture mount, String directory, String algorithm) {
        this.mount = mount;
        this.directory = directory;
        this.algorithm = algorithm;
        this.keys = keys(algorithm);
    }

    record Answer(int status, Map<String, String> headers, byte[] bytes) {
        Map<String, Object> body() {
            return Json.object(bytes);
        }

        String text(String name) {
            return String.valueOf(body().get(name));
        }

        /** The type of a problem, without its URN. */
        String problem() {
            assertEquals(
                    "application/problem+json", headers.get("type"), () -> new String(bytes, StandardCharsets.UTF_8));
            return text("type").substring(text("type").lastIndexOf(':') + 1);
        }
    }

    /** What the client signs. */
    record Envelope(Map<String, Object> header, byte[] payload) {}

    String kid() {
        return kid;
    }

    void kid(String other) {
        kid = other;
    }

    KeyPair keyPair() {
        return keys;
    }

    void use(KeyPair other, String name) {
        keys = other;
        algorithm = name;
    }

    String thumbprint() {
        return JwkThumbprint.of(keys.getPublic());
    }

    String url(String rest) {
        return BASE + directory + "/" + rest;
    }

    Answer get(String rest) {
        return call(Operation.READ, url(rest), Map.of(), "");
    }

    String nonce() {
        return get("new-nonce").headers().get("Replay-Nonce");
    }

    /** Makes an account and takes its URL. */
    Answer register(Object... pairs) {
        Answer answer = post("new-account", PkiFixture.map(pairs));
        kid = answer.headers().getOrDefault("Location", "");
        return answer;
    }

    Answer order(String... names) {
        return post(
                "new-order",
                Map.of(
                        "identifiers",
                        List.of(names).stream()
                                .map(name ->
                                        Map.of("type", name.matches("[0-9.]+|.*:.*") ? "ip" : "dns", "value", name))
                                .toList()));
    }

    Answer post(String rest, Object payload) {
        return postTo(url(rest), payload);
    }

    /** POST-as-GET. */
    Answer fetch(String url) {
        return send(url, body(new Envelope(header(url), new byte[0])));
    }

    Answer postTo(String url, Object payload) {
        return send(url, body(new Envelope(header(url), Json.bytes(payload))));
    }

    /** The protected header of an honest request. */
    Map<String, Object> header(String url) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm);
        if (kid.isEmpty()) {
            header.put("jwk", JwkThumbprint.members(keys.getPublic()));
        } else {
            header.put("kid", kid);
        }
        header.put("nonce", nonce());
        header.put("url", url);
        return header;
    }

    Map<String, Object> body(Envelope envelope) {
        String head = b64(Json.bytes(envelope.header()));
        String payload = b64(envelope.payload());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("protected", head);
        body.put("payload", payload);
        body.put("signature", b64(sign((head + "." + payload).getBytes(StandardCharsets.US_ASCII))));
        return body;
    }

    Answer send(String url, Map<String, Object> body) {
        return call(Operation.UPDATE, url, body, "application/jose+json");
    }

    Answer call(Operation operation, String url, Map<String, Object> data, String type) {
        ApiPath path = new ApiPath(url.substring(BASE.length()));
        Request request = new Request(
                "11111111-1111-1111-1111-111111111111",
                Request.ROOT_NAMESPACE,
                operation,
                path,
                data,
                Optional.empty(),
                Optional.empty(),
                new Request.Peer("192.0.2.1", 1, List.of(), Map.of("host", "pki.test:8200", "content-type", type)),
                Optional.empty(),
                "pki/");
        EndpointTable.Match match = mount.table().find(path, operation).orElseThrow();
        Response response = match.dispatch(request, Caller.anonymous());
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        byte[] bytes = switch (response.content()) {
            case Content.Raw(String mediaType, byte[] raw) -> {
                headers.put("type", mediaType);
                yield raw;
            }
            case Content.Plain(Map<String, Object> members) -> Json.bytes(members);
            default -> new byte[0];
        };
        return new Answer(response.status() == 0 ? 200 : response.status(), headers, bytes);
    }

    byte[] sign(byte[] input) {
        String name = switch (algorithm) {
            case "RS256" -> "SHA256withRSA";
            case "ES256" -> "SHA256withECDSAinP1363Format";
            case "ES384" -> "SHA384withECDSAinP1363Format";
            case "ES512" -> "SHA512withECDSAinP1363Format";
            default -> "Ed25519";
        };
        try {
            Signature signer = Signature.getInstance(name);
            signer.initSign(keys.getPrivate());
            signer.update(input);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "RSA";
                        case "EdDSA" -> "Ed25519";
                        default -> "EC";
                    });
            switch (algorithm) {
                case "RS256" -> generator.initialize(2048);
                case "ES256" -> generator.initialize(256);
                case "ES384" -> generator.initialize(384);
                case "ES512" -> generator.initialize(521);
                default -> {}
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The key of {@link Csrs}, as a pair. */
    static KeyPair csrKey() {
        AtomicReference<PrivateKey> key = new AtomicReference<>();
        Csrs.KEY.lendPkcs8(der -> {
            try {
                key.set(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        });
        return new KeyPair(Csrs.KEY.publicKey(), key.get());
    }

    static String b64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

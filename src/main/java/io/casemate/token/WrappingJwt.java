package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Wrapping tokens as JSON web tokens (RFC 7519), signed with ES512 (RFC 7518 section 3.4) by a key of this server's own,
 * which is made when the first one is asked for. The token itself is the claim {@code jti}: who has the JWT has the token.
 */
public final class WrappingJwt {
    private static final String PRIVATE = "jwt/private";
    private static final String PUBLIC = "jwt/public";
    private static final String HEADER =
            encode("{\"alg\":\"ES512\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII));
    private static final int LONGEST = 4096;

    private final View storage;
    private final SecureRandom random;

    /** With its key on {@code storage}. */
    public WrappingJwt(View storage, SecureRandom random) {
        this.storage = storage;
        this.random = random;
    }

    /** Whether a text can only be meant as a JWT: tokens have one dot. */
    public static boolean looksLikeOne(SecretBytes token) {
        int dots = 0;
        for (byte each : token.expose()) {
            dots += each == '.' ? 1 : 0;
        }
        return dots == 2;
    }

    /** The JWT of a wrapping token; the caller owns it. */
    public SecretBytes of(Issued issued, Instant now) {
        Map<String, Object> claims = new TreeMap<>();
        claims.put("accessor", issued.entry().accessor());
        claims.put("exp", now.plus(issued.left()).getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("jti", new String(issued.token().expose(), StandardCharsets.UTF_8));
        claims.put("type", "wrapping");
        String signed = HEADER + "." + encode(Json.bytes(claims));
        return SecretBytes.ofText(signed + "." + encode(sign(signed)));
    }

    /** The token in a JWT of ours, which the caller owns; empty for anything else. */
    public Optional<SecretBytes> token(SecretBytes jwt) {
        if (jwt.length() > LONGEST) {
            return Optional.empty();
        }
        String[] parts = new String(jwt.expose(), StandardCharsets.ISO_8859_1).split("\\.", 4);
        if (parts.length != 3 || !parts[0].equals(HEADER)) {
            return Optional.empty();
        }
        try {
            if (!verified(parts[0] + "." + parts[1], Base64.getUrlDecoder().decode(parts[2]))) {
                return Optional.empty();
            }
            Map<String, Object> claims = Json.object(Base64.getUrlDecoder().decode(parts[1]));
            return Optional.ofNullable(claims.get("jti")).map(jti -> SecretBytes.ofText(jti.toString()));
        } catch (IllegalArgumentException | FaultException malformed) {
            return Optional.empty();
        }
    }

    /** What receivers verify the signatures with; empty before the first JWT was made. */
    public Optional<ECPublicKey> publicKey() {
        return storage.get(PUBLIC).map(WrappingJwt::known);
    }

    private byte[] sign(String text) {
        byte[] key = storage.get(PRIVATE).orElseGet(this::generate);
        try {
            PrivateKey signing = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            Signature signature = signature();
            signature.initSign(signing, random);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ES512", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private boolean verified(String text, byte[] code) {
        Optional<ECPublicKey> key = publicKey();
        if (key.isEmpty()) {
            return false;
        }
        try {
            Signature signature = signature();
            signature.initVerify(key.get());
            signature.update(text.getBytes(StandardCharsets.ISO_8859_1));
            return signature.verify(code);
        } catch (GeneralSecurityException notASignature) {
            return false;
        }
    }

    private static ECPublicKey known(byte[] encoded) {
        try {
            return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key of wrapping tokens in JWT form", e);
        }
    }

    /** Of many that come first together, one makes the key and all use that one. */
    private byte[] generate() {
        KeyPair made = pair();
        return storage.transact(editor -> {
            Optional<byte[]> other = editor.get(PRIVATE);
            if (other.isPresent()) {
                return other.get();
            }
            editor.put(PRIVATE, made.getPrivate().getEncoded());
            editor.put(PUBLIC, made.getPublic().getEncoded());
            return made.getPrivate().getEncoded();
        });
    }

    private KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp521r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-521", e);
        }
    }

    private static Signature signature() throws GeneralSecurityException {
        return Signature.getInstance("SHA512withECDSAinP1363Format");
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

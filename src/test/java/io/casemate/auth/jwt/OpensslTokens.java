package io.casemate.auth.jwt;

import io.casemate.auth.cert.OpensslAuthority;
import io.casemate.crypto.JwsAlgorithm;
import io.casemate.crypto.VerificationKey;
import io.casemate.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys and JSON Web Tokens made with openssl, another implementation than ours. */
public final class OpensslTokens {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final OpensslAuthority tool;

    /** Works below {@code folder}. */
    public OpensslTokens(Path folder) {
        this.tool = new OpensslAuthority(folder);
    }

    /** A fresh key that fits the algorithm, in {@code name.key}; its public half, PEM. */
    public String key(String name, String algorithm) {
        List<String> kind = switch (algorithm.substring(0, 2)) {
            case "RS", "PS" -> List.of("RSA", "-pkeyopt", "rsa_keygen_bits:2048");
            case "Ed" -> List.of("ED25519");
            default ->
                List.of(
                        "EC",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-" + algorithm.substring(2).replace("512", "521"));
        };
        return keyOf(name, kind);
    }

    /** The same with openssl's own words for the kind. */
    public String keyOf(String name, List<String> kind) {
        List<String> command = new ArrayList<>(List.of("genpkey", "-out", name + ".key", "-algorithm"));
        command.addAll(kind);
        tool.openssl(command.toArray(String[]::new));
        tool.openssl("pkey", "-in", name + ".key", "-pubout", "-out", name + ".pub");
        return read(name + ".pub");
    }

    /** A token by that key. */
    public String token(String name, String algorithm, Map<String, Object> claims) {
        return token(name, algorithm, Map.of("alg", algorithm, "typ", "JWT", "kid", name), claims);
    }

    /** A token with that header, signed with {@code algorithm} whatever the header says. */
    public String token(String name, String algorithm, Map<String, Object> header, Map<String, Object> claims) {
        String input = URL.encodeToString(Json.bytes(header)) + "." + URL.encodeToString(Json.bytes(claims));
        return input + "." + URL.encodeToString(signature(name, algorithm, input));
    }

    private byte[] signature(String name, String algorithm, String input) {
        write("input", input.getBytes(StandardCharsets.US_ASCII));
        String key = name + ".key";
        if (algorithm.equals("EdDSA")) {
            tool.openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", "input", "-out", "signature");
            return bytes("signature");
        }
        List<String> command = new ArrayList<>(List.of("dgst", "-sha" + algorithm.substring(2), "-sign", key));
        if (algorithm.startsWith("PS")) {
            command.addAll(List.of("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"));
        }
        command.addAll(List.of("-out", "signature", "input"));
        tool.openssl(command.toArray(String[]::new));
        return algorithm.startsWith("ES") ? plain(bytes("signature"), algorithm) : bytes("signature");
    }

    /** From two DER integers to two numbers of fixed size (RFC 7518 section 3.4). */
    private static byte[] plain(byte[] der, String algorithm) {
        int size = algorithm.equals("ES512") ? 66 : Integer.parseInt(algorithm.substring(2)) / 8;
        int at = der[1] < 0 ? 3 : 2;
        byte[] both = new byte[2 * size];
        for (int half = 0; half < 2; half++) {
            int length = der[at + 1];
            byte[] number = new BigInteger(1, Arrays.copyOfRange(der, at + 2, at + 2 + length)).toByteArray();
            int skip = Math.max(0, number.length - size);
            System.arraycopy(number, skip, both, (half + 1) * size - (number.length - skip), number.length - skip);
            at += 2 + length;
        }
        return both;
    }

    /** The public half as a JWK, with more members. */
    public Map<String, Object> jwk(String name, Map<String, Object> more) {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kid", name);
        switch (VerificationKey.pem(read(name + ".pub")).key()) {
            case RSAPublicKey rsa -> {
                jwk.put("kty", "RSA");
                jwk.put("n", number(rsa.getModulus(), 0));
                jwk.put("e", number(rsa.getPublicExponent(), 0));
            }
            case ECPublicKey ec -> {
                int bits = ec.getParams().getCurve().getField().getFieldSize();
                jwk.put("kty", "EC");
                jwk.put("crv", "P-" + bits);
                jwk.put("x", number(ec.getW().getAffineX(), (bits + 7) / 8));
                jwk.put("y", number(ec.getW().getAffineY(), (bits + 7) / 8));
            }
            case EdECPublicKey ed -> {
                byte[] encoded = ed.getEncoded();
                jwk.put("kty", "OKP");
                jwk.put("crv", "Ed25519");
                jwk.put("x", URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
            }
            default -> throw new AssertionError(JwsAlgorithm.values());
        }
        jwk.putAll(more);
        return jwk;
    }

    /** A JWK set. */
    public static byte[] set(List<Map<String, Object>> keys) {
        return Json.bytes(Map.of("keys", keys));
    }

    private static String number(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        byte[] padded = new byte[Math.max(size, bytes.length - skip)];
        System.arraycopy(bytes, skip, padded, padded.length - (bytes.length - skip), bytes.length - skip);
        return URL.encodeToString(padded);
    }

    private byte[] bytes(String name) {
        try {
            return Files.readAllBytes(tool.file(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String read(String name) {
        return new String(bytes(name), StandardCharsets.US_ASCII);
    }

    private void write(String name, byte[] content) {
        try {
            Files.write(tool.file(name), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.casemate.http;

import io.casemate.crypto.KeyPairs;
import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's private key and certificate chain, known to belong together. */
record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int LONGEST_FILE = 1 << 20;

    /**
     * Reads both files.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}, naming the file and what to do
     */
    static TlsIdentity load(Path certificate, Path key) {
        TlsIdentity identity = new TlsIdentity(readKey(key), readChain(certificate));
        if (!KeyPairs.match(identity.key, identity.chain.getFirst().getPublicKey())) {
            throw wrong(
                    key,
                    "is not the key of the first certificate in " + certificate
                            + ": the server's own certificate comes first, then its issuers");
        }
        return identity;
    }

    /** RSA, EC or EdDSA, as JSSE names key types. */
    String keyType() {
        return key.getAlgorithm();
    }

    private static List<X509Certificate> readChain(Path file) {
        byte[] pem = read(file);
        try {
            List<X509Certificate> chain = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .forEach(c -> chain.add((X509Certificate) c));
            if (chain.isEmpty()) {
                throw wrong(file, "holds no PEM certificate");
            }
            return List.copyOf(chain);
        } catch (GeneralSecurityException e) {
            throw wrong(file, "is not a PEM certificate file");
        }
    }

    private static PrivateKey readKey(Path file) {
        refuseKeysForEverybody(file);
        byte[] pem = read(file);
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        Arrays.fill(pem, (byte) 0);
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return decode(file, block.group(2));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw wrong(
                            file,
                            "holds an " + block.group(1)
                                    + " in the old format: convert it with 'openssl pkcs8 -topk8 -nocrypt'");
                case "ENCRYPTED PRIVATE KEY" ->
                    throw wrong(
                            file,
                            "holds an encrypted key: decrypt it with 'openssl pkcs8' and guard the file by its"
                                    + " permissions");
                default -> {}
            }
        }
        throw wrong(file, "holds no PEM block 'PRIVATE KEY' (PKCS#8)");
    }

    private static PrivateKey decode(Path file, String base64) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong(file, "is not valid base64");
        }
        try {
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
            return List.of("EC", "RSA", "EdDSA").stream()
                    .flatMap(algorithm -> decode(algorithm, spec).stream())
                    .findFirst()
                    .orElseThrow(() -> wrong(file, "holds a key that is neither EC, RSA nor Ed25519"));
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /** The encoding names its algorithm: at most one factory takes it. */
    private static Optional<PrivateKey> decode(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static void refuseKeysForEverybody(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw wrong(file, "may be read or written by everybody: 'chmod 0640' it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw wrong(file, "cannot be examined (" + e.getClass().getSimpleName() + "): does it exist?");
        }
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw wrong(file, "is longer than 1 MiB, which no PEM file is");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw wrong(
                    file,
                    "cannot be read (" + e.getClass().getSimpleName() + "): does it exist, may this user read it?");
        }
    }

    private static RuntimeException wrong(Path file, String what) {
        return new Fault.Misconfigured(List.of("TLS file " + file + " " + what)).asException();
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}

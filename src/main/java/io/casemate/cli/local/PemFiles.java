package io.casemate.cli.local;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and private keys from PEM files (RFC 7468). */
public final class PemFiles {
    private static final int MAX_FILE = 8 << 20;

    /** AlgorithmIdentifier of rsaEncryption (RFC 8017). */
    private static final byte[] RSA = {
        0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };

    private PemFiles() {}

    /** Every certificate in the file; at least one, else a local failure that names the file. */
    public static List<X509Certificate> certificates(Path file) {
        return certificates(file.toString(), read(file));
    }

    /** All certificates in {@code text}, at least one; {@code source} is what errors call it. */
    public static List<X509Certificate> certificates(String source, String text) {
        List<X509Certificate> found = new ArrayList<>();
        for (byte[] der : blocks(text, "CERTIFICATE")) {
            found.add(certificate(source, der));
        }
        if (found.isEmpty()) {
            throw CliFailure.local(source + " holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    private static X509Certificate certificate(String source, byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw CliFailure.local(source + " holds a certificate that cannot be read: " + e.getMessage());
        }
    }

    /** The file's first private key: PKCS#8, or the older PKCS#1 (RSA) and SEC 1 (EC) forms. Not encrypted ones. */
    public static PrivateKey privateKey(Path file, X509Certificate owner) {
        String text = read(file);
        String algorithm = owner.getPublicKey().getAlgorithm();
        for (byte[] pkcs8 : blocks(text, "PRIVATE KEY")) {
            return key(file, algorithm, pkcs8);
        }
        for (byte[] pkcs1 : blocks(text, "RSA PRIVATE KEY")) {
            return key(file, "RSA", wrapped(RSA, pkcs1));
        }
        for (byte[] sec1 : blocks(text, "EC PRIVATE KEY")) {
            return key(file, "EC", wrapped(algorithmOf(owner), sec1));
        }
        throw CliFailure.local(file + " holds no private key in PEM form that is not encrypted");
    }

    private static PrivateKey key(Path file, String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException e) {
            throw CliFailure.local(
                    file + " is not the private key of the client certificate's kind (" + algorithm + ")");
        } catch (GeneralSecurityException e) {
            throw CliFailure.local("keys of kind " + algorithm + " are not supported: " + file);
        }
    }

    /** The AlgorithmIdentifier at the start of a SubjectPublicKeyInfo names the curve. */
    private static byte[] algorithmOf(X509Certificate owner) {
        byte[] spki = owner.getPublicKey().getEncoded();
        int start = (spki[1] & 0x80) == 0 ? 2 : 2 + (spki[1] & 0x7f);
        return java.util.Arrays.copyOfRange(spki, start, start + 2 + spki[start + 1]);
    }

    /** A PrivateKeyInfo (RFC 5958): version 0, algorithm, and the key as an octet string. */
    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(new byte[] {2, 1, 0});
        inner.writeBytes(algorithm);
        inner.writeBytes(element(4, key));
        return element(0x30, inner.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(tag);
        if (content.length < 128) {
            der.write(content.length);
        } else {
            der.write(0x82);
            der.write(content.length >> 8);
            der.write(content.length);
        }
        der.writeBytes(content);
        return der.toByteArray();
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw CliFailure.local(file + " is longer than 8 MiB; that is no PEM file");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw CliFailure.local("cannot read " + LocalFiles.reason(e));
        }
    }

    private static List<byte[]> blocks(String text, String label) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> found = new ArrayList<>();
        int from = text.indexOf(begin);
        while (from >= 0) {
            int to = text.indexOf(end, from);
            if (to < 0) {
                throw CliFailure.local("a PEM block of kind " + label + " has no end");
            }
            found.add(decoded(text.substring(from + begin.length(), to), label));
            from = text.indexOf(begin, to);
        }
        return found;
    }

    private static byte[] decoded(String base64, String label) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw CliFailure.local("a PEM block of kind " + label + " is not base64");
        }
    }
}

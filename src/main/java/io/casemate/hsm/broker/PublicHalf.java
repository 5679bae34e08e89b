package io.casemate.hsm.broker;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;

/** What a signer is, as it goes over: kind and {@code SubjectPublicKeyInfo}. */
record PublicHalf(KeyKind kind, PublicKey key) {
    static void write(FrameWriter out, Signer signer) {
        out.text(signer.kind().name()).bytes(signer.publicKey().getEncoded());
    }

    static PublicHalf read(FrameReader in) throws MalformedFrameException {
        KeyKind kind = in.word(KeyKind.class);
        try {
            return new PublicHalf(
                    kind, KeyFactory.getInstance(kind.algorithm()).generatePublic(new X509EncodedKeySpec(in.bytes())));
        } catch (GeneralSecurityException | RuntimeException e) { // the JDK fails as either on bytes that are no key
            throw new MalformedFrameException("a public key that is none");
        }
    }

    /** SHA-256 of the key's encoding: the name under which it signs. */
    static byte[] fingerprint(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java platform has SHA-256", e);
        }
    }

    static boolean matches(Signer signer, byte[] fingerprint) {
        return MessageDigest.isEqual(fingerprint(signer.publicKey()), fingerprint);
    }
}

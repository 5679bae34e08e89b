package io.casemate.crypto;

import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** How a private key is written down for somebody else. */
public enum PrivateKeyForm {
    /** PKCS#8 for every kind ({@code PRIVATE KEY}). */
    PKCS8,
    /**
     * The older form of the kind: PKCS#1 ({@code RSA PRIVATE KEY}), SEC 1 with the curve's name and the public point
     * ({@code EC PRIVATE KEY}); Ed25519 and ML-DSA have none and stay PKCS#8.
     */
    TRADITIONAL;

    /** The label of a PEM block in this form. */
    public String label(KeyKind kind) {
        return this == PKCS8 || onlyPkcs8(kind)
                ? "PRIVATE KEY"
                : kind.type().equals("rsa") ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
    }

    /** DER; the caller owns and closes it. */
    public SecretBytes der(SoftwareSigner key) {
        SecretBytes pkcs8 = key.pkcs8();
        if (this == PKCS8 || onlyPkcs8(key.kind())) {
            return pkcs8;
        }
        try (pkcs8) {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8.expose());
            ASN1Object inner =
                    key.kind().type().equals("rsa") ? info.parsePrivateKey().toASN1Primitive() : sec1(info, key);
            return SecretBytes.owning(inner.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows the DER to {@code use}, which must not keep it: the array is wiped when this returns. */
    public void lend(SoftwareSigner key, Consumer<byte[]> use) {
        try (SecretBytes der = der(key)) {
            use.accept(der.expose());
        }
    }

    /** PEM. Text cannot be wiped: it is made for the one answer that carries it. */
    public String pem(SoftwareSigner key) {
        try (SecretBytes der = der(key)) {
            return Pem.encode(label(key.kind()), der.expose());
        }
    }

    private static boolean onlyPkcs8(KeyKind kind) {
        return !kind.type().equals("rsa") && !kind.type().equals("ec");
    }

    /** RFC 5915; inside PKCS#8 the curve stands outside, so here it has to be put in. */
    private static ASN1Object sec1(PrivateKeyInfo info, SoftwareSigner key) throws IOException {
        var bare = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey());
        SubjectPublicKeyInfo open =
                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded());
        return new org.bouncycastle.asn1.sec.ECPrivateKey(
                key.kind().bits(),
                bare.getKey(),
                open.getPublicKeyData(),
                info.getPrivateKeyAlgorithm().getParameters());
    }
}

package io.casemate.engine.pki;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Pem;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** Makes requests of every shape, honest and not. */
final class Csrs {
    static final SoftwareSigner KEY = new SoftwareKeys(new SecureRandom()).generate(KeyKind.EC_P256);

    private Csrs() {}

    static byte[] der(X500Name subject, ExtensionsGenerator extensions) {
        return der(subject, extensions, KEY, "SHA256withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    static byte[] der(
            X500Name subject,
            ExtensionsGenerator extensions,
            SoftwareSigner key,
            String jca,
            ASN1ObjectIdentifier oid) {
        PKCS10CertificationRequestBuilder builder = new PKCS10CertificationRequestBuilder(
                subject, SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
        try {
            if (extensions != null) {
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return builder.build(new Signing(key, jca, oid)).getEncoded();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(byte[] der) {
        return Pem.encode("CERTIFICATE REQUEST", der);
    }

    static String pem(String subject) {
        return pem(der(new X500Name(subject), null));
    }

    static ExtensionsGenerator extension(ASN1ObjectIdentifier oid, ASN1Encodable value) {
        ExtensionsGenerator generator = new ExtensionsGenerator();
        try {
            generator.addExtension(oid, false, value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return generator;
    }

    private static final class Signing implements ContentSigner {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private final SoftwareSigner key;
        private final String jca;
        private final ASN1ObjectIdentifier oid;

        private Signing(SoftwareSigner key, String jca, ASN1ObjectIdentifier oid) {
            this.key = key;
            this.jca = jca;
            this.oid = oid;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new AlgorithmIdentifier(oid);
        }

        @Override
        public OutputStream getOutputStream() {
            return message;
        }

        @Override
        public byte[] getSignature() {
            return key.sign(jca, message.toByteArray());
        }
    }
}

package io.casemate.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** A TLS server certificate signed by its own key (RFC 5280), for a server that nobody has given one yet. */
public final class SelfSigned {
    private static final String ALGORITHM = "SHA256withECDSA";

    private SelfSigned() {}

    /**
     * Certifies {@code key}, which must be an EC key, as a TLS server of the given names.
     *
     * @param dnsNames the first is the common name too
     * @param addresses numeric IP addresses
     * @return DER
     */
    public static byte[] certificate(
            Signer key, List<String> dnsNames, List<String> addresses, Validity validity, SecureRandom random) {
        X500Name name = new X500Name("CN=" + dnsNames.getFirst());
        X509v3CertificateBuilder draft = new X509v3CertificateBuilder(
                name,
                new BigInteger(159, random).setBit(158),
                Date.from(validity.from()),
                Date.from(validity.until()),
                name,
                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
        try {
            draft.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            draft.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            draft.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            draft.addExtension(Extension.subjectAlternativeName, false, names(dnsNames, addresses));
            return draft.build(new Signature(key)).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a certificate that we made does not encode", e);
        }
    }

    /**
     * Asks an authority for a certificate of the same names (PKCS #10, RFC 2986).
     *
     * @return DER
     */
    public static byte[] request(Signer key, List<String> dnsNames, List<String> addresses) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.subjectAlternativeName, false, names(dnsNames, addresses));
            return new PKCS10CertificationRequestBuilder(
                            new X500Name("CN=" + dnsNames.getFirst()),
                            SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()))
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(new Signature(key))
                    .getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a request that we made does not encode", e);
        }
    }

    /** From when until when. */
    public record Validity(Instant from, Instant until) {}

    private static GeneralNames names(List<String> dnsNames, List<String> addresses) {
        GeneralName[] all = new GeneralName[dnsNames.size() + addresses.size()];
        int at = 0;
        for (String dns : dnsNames) {
            all[at++] = new GeneralName(GeneralName.dNSName, dns);
        }
        for (String address : addresses) {
            all[at++] = new GeneralName(GeneralName.iPAddress, address);
        }
        return new GeneralNames(all);
    }

    /** Hands what BouncyCastle wants signed to our signer. */
    private static final class Signature implements ContentSigner {
        private final Signer key;
        private final java.io.ByteArrayOutputStream message = new java.io.ByteArrayOutputStream();

        Signature(Signer key) {
            this.key = key;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new DefaultSignatureAlgorithmIdentifierFinder().find(ALGORITHM);
        }

        @Override
        public OutputStream getOutputStream() {
            return message;
        }

        @Override
        public byte[] getSignature() {
            return key.sign(ALGORITHM, message.toByteArray());
        }
    }
}

package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Instant;
import java.util.List;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/**
 * The holder of an X.509 certificate's key, such as a smart card: CMS EnvelopedData (RFC 5652) with AES-256-CBC, the key by
 * RSAES-OAEP with SHA-256 or by one-pass ECDH. {@code openssl cms -decrypt} opens it.
 */
final class CertificateRecipient implements Recipient {
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;
    private static final int LEAST_RSA_BITS = 2048;
    private static final int LEAST_EC_BITS = 256;
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private final X509Certificate certificate;
    private final String fingerprint;
    private final SecureRandom random;

    private CertificateRecipient(X509Certificate certificate, String fingerprint, SecureRandom random) {
        this.certificate = certificate;
        this.fingerprint = fingerprint;
        this.random = random;
    }

    /** From PEM with one certificate; encrypts a byte at once, so that whatever it cannot do shows here. */
    static CertificateRecipient parse(String pem, Instant now, SecureRandom random) {
        List<Pem.Block> blocks = Pem.decode(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().equals("CERTIFICATE")) {
            throw Fault.badRequest("a recipient's PEM must hold one block, CERTIFICATE; this one holds "
                    + blocks.stream().map(Pem.Block::label).limit(5).toList());
        }
        try {
            byte[] der = blocks.getFirst().der();
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            judge(certificate, now);
            CertificateRecipient recipient = new CertificateRecipient(certificate, fingerprint(der), random);
            recipient.seal(new byte[1]);
            return recipient;
        } catch (FaultException e) {
            throw e;
        } catch (GeneralSecurityException | CMSException | IOException | RuntimeException e) {
            throw new Fault.BadRequest(
                            List.of("a recipient's certificate cannot be read or encrypted to: it needs an RSA key"
                                    + " or an EC key on P-256, P-384 or P-521"))
                    .causedBy(e);
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public byte[] encrypt(SecretBytes secret) {
        try {
            return seal(secret.expose());
        } catch (GeneralSecurityException | CMSException | IOException e) {
            throw new IllegalStateException("CMS cannot encrypt to a certificate that was tried before", e);
        }
    }

    private byte[] seal(byte[] plaintext) throws GeneralSecurityException, CMSException, IOException {
        Provider provider = new BouncyCastleProvider();
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                certificate.getPublicKey() instanceof RSAPublicKey ? transport(provider) : agreement(provider));
        return generator
                .generate(
                        new CMSProcessableByteArray(plaintext),
                        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                                .setProvider(provider)
                                .setSecureRandom(random)
                                .build())
                .getEncoded();
    }

    private RecipientInfoGenerator transport(Provider provider) throws GeneralSecurityException {
        return new JceKeyTransRecipientInfoGenerator(
                        certificate,
                        new JcaAlgorithmParametersConverter()
                                .getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, OAEP))
                .setProvider(provider);
    }

    private RecipientInfoGenerator agreement(Provider provider) throws GeneralSecurityException {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC", provider);
        pairs.initialize(((ECPublicKey) certificate.getPublicKey()).getParams(), random);
        KeyPair ephemeral = pairs.generateKeyPair();
        return new JceKeyAgreeRecipientInfoGenerator(
                        CMSAlgorithm.ECDH_SHA256KDF,
                        ephemeral.getPrivate(),
                        ephemeral.getPublic(),
                        CMSAlgorithm.AES256_WRAP)
                .addRecipient(certificate)
                .setSecureRandom(random)
                .setProvider(provider);
    }

    private static void judge(X509Certificate certificate, Instant now) throws CertificateException {
        String name = "the certificate of '" + shown(certificate) + "' ";
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw Fault.badRequest(
                    name + "ended on " + certificate.getNotAfter().toInstant());
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw Fault.badRequest(
                    name + "begins on " + certificate.getNotBefore().toInstant());
        }
        switch (certificate.getPublicKey()) {
            case RSAPublicKey rsa -> {
                atLeast(name, "RSA", rsa.getModulus().bitLength(), LEAST_RSA_BITS);
                allows(name, certificate, KEY_ENCIPHERMENT, "keyEncipherment");
            }
            case ECPublicKey ec -> {
                atLeast(name, "EC", ec.getParams().getOrder().bitLength(), LEAST_EC_BITS);
                allows(name, certificate, KEY_AGREEMENT, "keyAgreement");
            }
            default ->
                throw Fault.badRequest(name + "has a key of type "
                        + certificate.getPublicKey().getAlgorithm() + ", which cannot be encrypted to; RSA and EC can");
        }
    }

    private static void atLeast(String name, String kind, int bits, int least) {
        if (bits < least) {
            throw Fault.badRequest(
                    name + "has a weak key: " + kind + " of " + bits + " bits, " + least + " are needed");
        }
    }

    /** No extension allows everything (RFC 5280 section 4.2.1.3). */
    private static void allows(String name, X509Certificate certificate, int bit, String use) {
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[bit]) {
            throw Fault.badRequest(name + "is not for encryption: its key usage lacks " + use);
        }
    }

    private static String fingerprint(byte[] der) {
        return "x509-sha256:" + Sha256.hex(der);
    }

    private static String shown(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName().replaceAll("[^ -~]", "?");
        return name.length() > 100 ? name.substring(0, 100) + "..." : name;
    }

    @Override
    public String toString() {
        return "CertificateRecipient[" + fingerprint + "]";
    }
}

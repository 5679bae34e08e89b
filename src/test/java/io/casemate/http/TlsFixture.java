package io.casemate.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away CA, a server certificate for localhost in PEM files, and client contexts that trust that CA. */
public final class TlsFixture {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final Path folder;
    private final KeyPair caKey;
    private final X509Certificate ca;

    private TlsFixture(Path folder) {
        this.folder = folder;
        this.caKey = keyPair("EC");
        this.ca = sign("CN=Test CA", caKey, "CN=Test CA", caKey, true);
        write(folder.resolve("ca.pem"), pem("CERTIFICATE", encoded(ca)));
        renew("EC");
    }

    /** Writes {@code server.pem}, {@code server.key} and {@code ca.pem} into {@code folder}. */
    public static TlsFixture in(Path folder) {
        return new TlsFixture(folder);
    }

    /** The server's certificate chain, PEM. */
    public Path certificate() {
        return folder.resolve("server.pem");
    }

    /** The server's private key, PEM, readable by its owner alone. */
    public Path key() {
        return folder.resolve("server.key");
    }

    /** The CA's certificate, PEM. */
    public Path ca() {
        return folder.resolve("ca.pem");
    }

    /** Puts a new server certificate and key in place of the old; returns the certificate. */
    public X509Certificate renew(String algorithm) {
        KeyPair pair = keyPair(algorithm);
        X509Certificate certificate = sign("CN=localhost", pair, "CN=Test CA", caKey, false);
        write(key(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        write(certificate(), pem("CERTIFICATE", encoded(certificate)) + pem("CERTIFICATE", encoded(ca)));
        return certificate;
    }

    /** Trusts the CA and shows no certificate. */
    public SSLContext client() {
        return context(null);
    }

    /** Trusts the CA and shows a certificate of {@code name} that an unknown CA signed. */
    public SSLContext clientCalled(String name) {
        try {
            KeyPair stranger = keyPair("EC");
            KeyPair pair = keyPair("EC");
            X509Certificate leaf = sign("CN=" + name, pair, "CN=Stranger", stranger, false);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", pair.getPrivate(), new char[0], new X509Certificate[] {leaf});
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            return context(keys.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLContext context(KeyManager[] keys) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", ca);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            String subject, KeyPair pair, String issuer, KeyPair issuerKey, boolean authority) {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer),
                    BigInteger.valueOf(SERIAL.incrementAndGet()),
                    Date.from(now.minus(1, ChronoUnit.HOURS)),
                    Date.from(now.plus(1, ChronoUnit.DAYS)),
                    new X500Principal(subject),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                    new GeneralName(GeneralName.iPAddress, "::1")
                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private static void write(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers.KeyPairFiles;
import io.casemate.config.InstallAnswers.Tls;
import io.casemate.config.InstallAnswers.TlsMode;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Pem;
import io.casemate.crypto.PrivateKeyForm;
import io.casemate.crypto.SelfSigned;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.crypto.X509;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The listener's key and certificate. What is there is kept, but for a certificate of our own that ends soon. */
final class TlsStep {
    static final Duration LIFE = Duration.ofDays(90);

    /** A third of its life. */
    private static final Duration SOON = LIFE.dividedBy(3);

    private final Tls tls;
    private final InstallSite site;
    private final SecureRandom random;
    private final InstantSource clock;

    TlsStep(Tls tls, InstallSite site, SecureRandom random, InstantSource clock) {
        this.tls = tls;
        this.site = site;
        this.random = random;
        this.clock = clock;
    }

    Step step() {
        return Steps.every("tls", "TLS certificate (" + tls.mode() + ") in " + site.certificate(), this::run);
    }

    /** What was done, for the operator. */
    String run() throws IOException {
        if (Files.exists(site.certificate()) && Files.exists(site.key())) {
            return kept();
        }
        return switch (tls.mode()) {
            case EXISTING -> copied(tls.files().orElseThrow());
            case CSR -> {
                request(made());
                yield "key made, request in " + site.request() + "; a certificate of our own until it is answered";
            }
            case SELF_ISSUED -> {
                made();
                yield "key and a certificate of our own made, for " + LIFE.toDays() + " days";
            }
        };
    }

    /** Of the files of an operator nothing is read. */
    private String kept() throws IOException {
        if (tls.mode() != TlsMode.EXISTING) {
            X509Certificate there =
                    X509.certificates(Files.readString(site.certificate())).getFirst();
            if (ours(there)) {
                if (tls.mode() == TlsMode.CSR && !Files.exists(site.request())) {
                    request(ownKey());
                }
                return renewed(there);
            }
        }
        return "certificate and key are there";
    }

    private String copied(KeyPairFiles files) throws IOException {
        site.write(site.key(), Files.readString(files.key()), InstallSite.SERVERS, false);
        site.write(site.certificate(), Files.readString(files.certificate()), InstallSite.PUBLIC, false);
        return "certificate and key copied";
    }

    private void request(SoftwareSigner key) throws IOException {
        String request = Pem.encode("CERTIFICATE REQUEST", SelfSigned.request(key, tls.names(), tls.addresses()));
        site.write(site.request(), request + "\n", InstallSite.PUBLIC, false);
    }

    private SoftwareSigner ownKey() throws IOException {
        return new SoftwareKeys(random)
                .decode(Pem.decode(Files.readString(site.key())).getFirst());
    }

    private SoftwareSigner made() throws IOException {
        SoftwareSigner key = new SoftwareKeys(random).generate(KeyKind.EC_P256);
        site.write(site.key(), PrivateKeyForm.PKCS8.pem(key) + "\n", InstallSite.SERVERS, false);
        certify(key);
        return key;
    }

    private void certify(SoftwareSigner key) throws IOException {
        List<String> addresses = new ArrayList<>(tls.addresses());
        if (!addresses.contains("127.0.0.1")) {
            addresses.add("127.0.0.1");
        }
        Instant now = clock.instant();
        SelfSigned.Validity validity = new SelfSigned.Validity(now.minus(Duration.ofMinutes(5)), now.plus(LIFE));
        byte[] der = SelfSigned.certificate(key, tls.names(), addresses, validity, random);
        site.write(site.certificate(), Pem.encode("CERTIFICATE", der) + "\n", InstallSite.PUBLIC, false);
    }

    /** Whether an earlier run made the certificate, and nobody has put another one in its place. */
    private static boolean ours(X509Certificate there) {
        return X509.selfIssued(there) && there.getPublicKey() instanceof ECPublicKey;
    }

    private String renewed(X509Certificate there) throws IOException {
        Instant end = there.getNotAfter().toInstant();
        if (end.minus(SOON).isAfter(clock.instant())) {
            return "key and a certificate of our own are there, until " + end;
        }
        certify(ownKey());
        return "certificate of our own renewed for " + LIFE.toDays()
                + " days, the key is the same: give the new one to clients that trust it by file";
    }
}

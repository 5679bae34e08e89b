package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import io.casemate.config.InstallAnswers.TlsMode;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Pem;
import io.casemate.crypto.PrivateKeyForm;
import io.casemate.crypto.SelfSigned;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The TLS key and the server's configuration. What is there already is kept. */
final class ConfigSteps {
    private static final Duration LIFE = Duration.ofDays(90);
    private static final String SERVERS = "rw-r-----";

    private final InstallAnswers answers;
    private final InstallSite site;
    private final SecureRandom random;
    private final InstantSource clock;

    ConfigSteps(InstallAnswers answers, InstallSite site, SecureRandom random, InstantSource clock) {
        this.answers = answers;
        this.site = site;
        this.random = random;
        this.clock = clock;
    }

    List<Step> all() {
        return List.of(
                Steps.every(
                        "tls", "TLS certificate (" + answers.tls().mode() + ") in " + site.certificate(), this::tls),
                Steps.every("config", "write " + site.config(), this::config));
    }

    private String tls() throws IOException {
        if (Files.exists(site.certificate()) && Files.exists(site.key())) {
            return "certificate and key are there";
        }
        if (answers.tls().mode() == TlsMode.EXISTING) {
            var files = answers.tls().files().orElseThrow();
            site.write(site.key(), Files.readString(files.key()), SERVERS, false);
            site.write(site.certificate(), Files.readString(files.certificate()), "rw-r--r--", false);
            return "certificate and key copied";
        }
        SoftwareSigner key = new SoftwareKeys(random).generate(KeyKind.EC_P256);
        List<String> names = answers.tls().names();
        List<String> addresses = new ArrayList<>(answers.tls().addresses());
        if (answers.tls().mode() == TlsMode.CSR) {
            String request = Pem.encode("CERTIFICATE REQUEST", SelfSigned.request(key, names, addresses));
            site.write(site.request(), request + "\n", "rw-r--r--", false);
        }
        if (!addresses.contains("127.0.0.1")) {
            addresses.add("127.0.0.1");
        }
        Instant now = clock.instant();
        SelfSigned.Validity validity = new SelfSigned.Validity(now.minus(Duration.ofMinutes(5)), now.plus(LIFE));
        byte[] der = SelfSigned.certificate(key, names, addresses, validity, random);
        site.write(site.key(), PrivateKeyForm.PKCS8.pem(key) + "\n", SERVERS, false);
        site.write(site.certificate(), Pem.encode("CERTIFICATE", der) + "\n", "rw-r--r--", false);
        return answers.tls().mode() == TlsMode.CSR
                ? "key made, request in " + site.request() + "; a certificate of our own until it is answered"
                : "key and a certificate of our own made, for " + LIFE.toDays() + " days";
    }

    private String config() throws IOException {
        String wanted = text();
        if (Files.exists(site.config())) {
            return Files.readString(site.config()).equals(wanted)
                    ? "configuration is there"
                    : "configuration is there and is another one: it is kept as it is";
        }
        site.write(site.config(), wanted, SERVERS, false);
        return "configuration written";
    }

    private String text() {
        StringBuilder text =
                new StringBuilder("# Made by casemate install; docs/configuration.md tells what else there is.\n");
        text.append("listener:\n  address: ").append(quoted(answers.address()));
        text.append("\n  port: ").append(answers.port());
        text.append("\n  tls_certificate: ").append(quoted(site.certificate().toString()));
        text.append("\n  tls_key: ").append(quoted(site.key().toString()));
        text.append("\nstorage:\n  path: ").append(quoted(site.store().toString()));
        text.append("\naudit:\n  file:\n    path: ")
                .append(quoted(site.logs().resolve("audit.log").toString()));
        text.append("\nseal:\n  type: pkcs11\n");
        answers.seal()
                .forEach((key, value) ->
                        text.append("  " + key + ": ").append(quoted(value)).append('\n'));
        return text.append("doctor: ")
                .append(site.live() ? "enforce" : "warn")
                .append('\n')
                .toString();
    }

    /** Single quotes keep everything as it is (YAML 1.2, 7.3.2); the answers hold no control characters. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

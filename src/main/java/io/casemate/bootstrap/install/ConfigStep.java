package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.nio.file.Files;

/** The server's configuration. One that is there already is kept. */
final class ConfigStep {
    private final InstallAnswers answers;
    private final InstallSite site;

    ConfigStep(InstallAnswers answers, InstallSite site) {
        this.answers = answers;
        this.site = site;
    }

    Step step() {
        return Steps.every("config", "write " + site.config(), this::config);
    }

    private String config() throws IOException {
        String wanted = text();
        if (Files.exists(site.config())) {
            return Files.readString(site.config()).equals(wanted)
                    ? "configuration is there"
                    : "configuration is there and is another one: it is kept as it is";
        }
        site.write(site.config(), wanted, InstallSite.SERVERS, false);
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

package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import io.casemate.config.SealConfig;
import io.casemate.config.ServerConfig;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmEvidence;
import io.casemate.hsm.SlotDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/** Looks whether the HSM is there and lets us in, before anything depends on it. A refused PIN is tried once, and not again. */
final class TokenStep {
    private final InstallAnswers answers;
    private final InstallSite site;
    private final SecureRandom random;

    TokenStep(InstallAnswers answers, InstallSite site, SecureRandom random) {
        this.answers = answers;
        this.site = site;
        this.random = random;
    }

    Step step() {
        return Steps.once(
                "token", "look for the token '" + answers.seal().get("token_label") + "' and log in", this::run);
    }

    private String run() throws IOException {
        if (answers.seal().getOrDefault("isolation", "").startsWith("/")) {
            return "the token is behind a service of its own, which has the PIN; the server will tell how it is";
        }
        Path library = Path.of(answers.seal().get("library"));
        if (!Files.isReadable(library)) {
            throw new IOException(
                    "the PKCS#11 library " + library + " cannot be read: is the HSM's software installed?");
        }
        if (answers.seal().get("pin").startsWith("credential:")) {
            return "the library is there; the PIN is a credential of the service, which alone can log in";
        }
        SealConfig.Pkcs11 seal = (SealConfig.Pkcs11)
                ServerConfig.load(site.config(), Map.of()).seals().getFirst();
        try (Hsm hsm = Hsm.open(seal.hsm(), random)) {
            String label = answers.seal().get("token_label");
            List<String> labels =
                    hsm.slots().stream().map(SlotDescription::tokenLabel).toList();
            if (!labels.contains(label)) {
                throw new IOException("there is no token '" + label + "', only " + labels
                        + ": initialise it with the HSM's" + " own tool first");
            }
            HsmEvidence seen = hsm.evidence();
            return "token '" + seen.tokenLabel() + "' of " + seen.manufacturer() + " lets us in, and holds "
                    + seen.keys().size() + " keys";
        }
    }
}

package io.casemate.bootstrap.install;

import io.casemate.bootstrap.LocalServer;
import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Initialises the server against its HSM. The encrypted recovery shares are on disk before anything else happens. */
final class InitStep {
    /** As the state file names it. */
    static final String NAME = "init";

    private static final int PATIENCE = 600;
    private static final long PAUSE = 200;

    private final InstallAnswers answers;
    private final InstallSite site;
    private final LocalServer server;
    private final List<String> holders;

    InitStep(InstallAnswers answers, InstallSite site, LocalServer server, List<String> holders) {
        this.answers = answers;
        this.site = site;
        this.server = server;
        this.holders = holders;
    }

    List<Step> all() {
        return List.of(
                Steps.once(
                        NAME,
                        "initialise against the HSM; "
                                + answers.recovery().recipients().size() + " encrypted recovery shares to "
                                + answers.recovery().output(),
                        this::init),
                Steps.every("unseal", "wait until the HSM has opened the server", this::unsealed));
    }

    private String init() throws IOException, InterruptedException {
        ShareFolder folder = new ShareFolder(answers.recovery().output(), site);
        if (Boolean.TRUE.equals(server.read("sys/init").get("initialized"))) {
            if (!server.hasToken()) { // who has one is past that, or was never there: initialised by hand, or restored
                folder.complete(holders.size());
            }
            return "the server is initialised already";
        }
        folder.ready();
        Map<String, Object> made = server.write(
                "sys/init",
                Map.of(
                        "recovery_shares", holders.size(),
                        "recovery_threshold", answers.recovery().threshold(),
                        "recipients", holders));
        List<?> shares = (List<?>) made.get("recovery_keys_base64");
        folder.take(shares);
        server.use((String) made.get("root_token"));
        return "initialised; " + shares.size() + " recovery shares, encrypted to their holders, in "
                + answers.recovery().output();
    }

    private String unsealed() throws IOException, InterruptedException {
        Map<String, Object> status = server.read("sys/seal-status");
        for (int i = 0; Boolean.TRUE.equals(status.get("sealed")); i++) {
            if (i == PATIENCE) {
                throw new IOException("the server stays sealed: " + status.get("seal_error"));
            }
            Thread.sleep(PAUSE);
            status = server.read("sys/seal-status");
        }
        return "the HSM has opened the server, nobody was asked";
    }
}

package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import io.casemate.config.InstallAnswers.HsmUnit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the package's units need to know: the kind of HSM and its PIN, and the points of the hardening. */
final class UnitSteps {
    /** The HSM's process. */
    static final String HSM = "casemate-hsm@" + HsmUnit.NAME + ".service";

    private static final KindDropIn DROP_IN =
            new KindDropIn(Path.of("/usr/share/casemate/hsm"), Path.of("/etc/systemd/system", HSM + ".d", "kind.conf"));
    /** Its PIN, as systemd gives it to the unit. */
    static final Path CREDENTIAL = Path.of("/etc/casemate/credentials", HsmUnit.NAME + ".pin");

    private static final Path SETTINGS = Path.of("/etc/casemate/hardening.conf");
    private static final String CHOSEN = "CASEMATE_HARDEN=";

    private final InstallAnswers answers;
    private final InstallSite site;
    private final boolean initialised;

    UnitSteps(InstallAnswers answers, InstallSite site, boolean initialised) {
        this.answers = answers;
        this.site = site;
        this.initialised = initialised;
    }

    /** None below another root, or where somebody else starts the server. */
    List<Step> all() {
        List<Step> steps = new ArrayList<>();
        if (!site.units(answers)) {
            return steps;
        }
        answers.hsm()
                .ifPresent(unit -> steps.add(Steps.every(
                        "hsm",
                        "drop-in and SELinux boolean for an HSM of kind " + unit.kind() + ", PIN as a credential",
                        () -> hsm(unit))));
        if (!answers.hardening().isEmpty()) {
            steps.add(Steps.every("harden", "apply " + answers.hardening() + " now and at every boot", this::harden));
        }
        return steps;
    }

    private String hsm(HsmUnit unit) throws IOException, InterruptedException {
        String text = DROP_IN.text(unit.kind());
        if (!DROP_IN.isThere()) {
            site.system(DROP_IN.place(), text);
        }
        String pin = new PinCredential(CREDENTIAL, PinCredential.Sealing.SYSTEMD).keep(unit.pin(), initialised);
        if (!DROP_IN.isFor(unit.kind())) {
            return DROP_IN.place() + " is kept, and is not for an HSM of kind " + unit.kind()
                    + ": remove it and install again, or set what that kind needs; " + pin;
        }
        permit(unit.kind());
        return "unit " + HSM + " is for " + unit.kind() + "; " + pin;
    }

    /** Where SELinux asks, for this kind alone. */
    private static void permit(String kind) throws IOException, InterruptedException {
        String bool = "casemate_hsm_" + kind;
        if (Files.exists(Path.of("/sys/fs/selinux/booleans", bool))
                && !Programs.run("getsebool", bool).endsWith("on")) {
            Programs.run("setsebool", "-P", bool, "on");
        }
    }

    private String harden() throws IOException, InterruptedException {
        String chosen = CHOSEN + '"' + String.join(" ", answers.hardening()) + '"';
        String settings = Files.exists(SETTINGS) ? Files.readString(SETTINGS, StandardCharsets.UTF_8) : "";
        String wanted = Stream.concat(settings.lines().filter(line -> !line.startsWith(CHOSEN)), Stream.of(chosen))
                .collect(Collectors.joining("\n", "", "\n"));
        if (!wanted.equals(settings)) {
            site.system(SETTINGS, wanted);
        }
        Programs.run("systemctl", "daemon-reload");
        Programs.run("systemctl", "enable", "casemate-harden.service");
        Programs.run("systemctl", "restart", "casemate-harden.service");
        boolean net = answers.hardening().stream().anyMatch(List.of("ssh", "firewall")::contains);
        return "applied " + answers.hardening()
                + (net
                        ? "; ssh and firewall are taken back in ten minutes unless you run"
                                + " /usr/libexec/casemate/hardening/harden --confirm"
                        : "");
    }
}

package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.stream.Stream;

/** User, directories and SELinux. */
final class MachineSteps {
    private static final Path MODULES = Path.of("/usr/share/selinux/packages");
    private static final int USUAL_PORT = 8200;
    private static final String PORT_TYPE = "casemate_port_t";

    private final InstallAnswers answers;
    private final InstallSite site;

    MachineSteps(InstallAnswers answers, InstallSite site) {
        this.answers = answers;
        this.site = site;
    }

    List<Step> all() {
        return List.of(
                Steps.every("user", "make the system user and group " + site.user(), this::user),
                Steps.every(
                        "directories",
                        "make " + site.config().getParent()
                                + (site.units(answers) ? "" : ", " + site.store() + " and " + site.logs()),
                        this::directories),
                Steps.every(
                        "selinux", "load the SELinux module and label the files, if SELinux is there", this::selinux));
    }

    private String user() throws IOException, InterruptedException {
        try {
            site.root().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(site.user());
            return "user " + site.user() + " is there";
        } catch (UserPrincipalNotFoundException e) {
            Programs.run(
                    "useradd",
                    "--system",
                    "--user-group",
                    "--no-create-home",
                    "--home-dir",
                    "/var/lib/casemate",
                    "--shell",
                    "/usr/sbin/nologin",
                    "--comment",
                    "Casemate secrets server",
                    site.user());
            return "user " + site.user() + " made";
        }
    }

    private String directories() throws IOException {
        site.directory(site.config().getParent(), "rwxr-xr-x", false);
        site.directory(site.key().getParent(), "rwxr-x---", false);
        if (site.units(answers)) {
            // StateDirectory= and LogsDirectory= of the unit.
            return "directories are there; the units make those of store and audit, which SELinux keeps from root";
        }
        site.directory(site.store(), "rwx------", true);
        site.directory(site.logs(), "rwx------", true);
        return "directories are there, with owner and mode";
    }

    private String selinux() throws IOException, InterruptedException {
        if (!site.live() || !Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
            return "no SELinux here";
        }
        if (!loaded()) {
            List<Path> modules = modules();
            if (modules.isEmpty()) {
                return "SELinux is there and our module is not: install the package casemate-selinux";
            }
            Programs.run("semodule", "-X", "200", "-i", modules.getFirst().toString());
        }
        Programs.run("restorecon", "-RF", "/etc/casemate", "/var/lib/casemate", "/var/log/casemate");
        return "our module is loaded, files are labelled" + port();
    }

    /** 8200 has a type in every policy; another port has to be given ours. */
    private String port() throws IOException, InterruptedException {
        String port = Integer.toString(answers.port());
        if (answers.port() == USUAL_PORT) {
            return "";
        }
        if (Programs.find("semanage").isEmpty()) {
            return "; without semanage, port " + port + " has no label: install it and run semanage port -a -t "
                    + PORT_TYPE + " -p tcp " + port;
        }
        boolean labelled = Programs.run("semanage", "port", "-l")
                .lines()
                .filter(line -> line.startsWith(PORT_TYPE))
                .anyMatch(line -> List.of(line.split("[\\s,]+")).contains(port));
        if (!labelled) {
            Programs.run("semanage", "port", "-a", "-t", PORT_TYPE, "-p", "tcp", port);
        }
        return "; port " + port + " is " + PORT_TYPE;
    }

    private static boolean loaded() throws IOException, InterruptedException {
        return Programs.run("semodule", "-l").lines().anyMatch("casemate"::equals);
    }

    /** As the package brings it, below the name of the policy that it was built for. */
    private static List<Path> modules() throws IOException {
        if (!Files.isDirectory(MODULES)) {
            return List.of();
        }
        try (Stream<Path> found = Files.find(
                MODULES, 2, (path, _) -> path.getFileName().toString().matches("casemate\\.pp(\\.bz2)?"))) {
            return found.toList();
        }
    }
}

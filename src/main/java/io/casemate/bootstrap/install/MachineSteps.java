package io.casemate.bootstrap.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;

/** User, directories and SELinux. */
final class MachineSteps {
    private static final List<Path> MODULES = List.of(
            Path.of("/usr/share/selinux/packages/casemate.pp"),
            Path.of("/usr/share/selinux/packages/casemate.pp.bz2"),
            Path.of("/usr/share/selinux/packages/targeted/casemate.pp.bz2"));

    private final InstallSite site;

    MachineSteps(InstallSite site) {
        this.site = site;
    }

    List<Step> all() {
        return List.of(
                Steps.every("user", "make the system user and group " + site.user(), this::user),
                Steps.every(
                        "directories",
                        "make " + site.config().getParent() + ", " + site.store() + " and " + site.logs(),
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
        site.directory(site.config().getParent(), "rwxr-x---", false);
        site.directory(site.key().getParent(), "rwxr-x---", false);
        site.directory(site.store(), "rwx------", true);
        site.directory(site.logs(), "rwx------", true);
        return "directories are there, with owner and mode";
    }

    private String selinux() throws IOException, InterruptedException {
        if (!site.live() || !Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
            return "no SELinux here";
        }
        for (Path module : MODULES) {
            if (Files.exists(module)) {
                Programs.run("semodule", "-i", module.toString());
                Programs.run("restorecon", "-RF", "/etc/casemate", "/var/lib/casemate", "/var/log/casemate");
                return "module " + module.getFileName() + " loaded, files labelled";
            }
        }
        return "SELinux is there and our module is not: install the package casemate-selinux";
    }
}

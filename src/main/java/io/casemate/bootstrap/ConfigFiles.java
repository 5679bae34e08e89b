package io.casemate.bootstrap;

import io.casemate.config.SealConfig;
import io.casemate.config.ServerConfig;
import io.casemate.http.HttpServer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether what a configuration names is there: what a start would find missing, without starting. */
final class ConfigFiles {
    private final List<String> problems = new ArrayList<>();

    private ConfigFiles() {}

    /**
     * Looks at certificate and key, PKCS#11 libraries, and the directories of store and audit file. Nothing is opened for
     * writing, and no token is asked: another user may look, while the server runs.
     *
     * @throws FaultException {@code Misconfigured}, with every problem at once
     */
    static void check(ServerConfig config) {
        ConfigFiles files = new ConfigFiles();
        files.listener(config);
        config.seals().forEach(files::seal);
        files.there("storage.path", config.storage());
        config.auditFile()
                .map(Path::toAbsolutePath)
                .map(Path::getParent)
                .ifPresent(directory -> files.there("audit.file.path", directory));
        if (!files.problems.isEmpty()) {
            throw new Fault.Misconfigured(files.problems).asException();
        }
    }

    private void listener(ServerConfig config) {
        try {
            HttpServer.check(config.listener());
        } catch (FaultException e) {
            problems.add(e.getMessage());
        }
    }

    private void seal(SealConfig seal) {
        if (seal instanceof SealConfig.Pkcs11 device
                && !(device.isolation() instanceof SealConfig.Isolation.Unit)
                && !Files.isReadable(device.hsm().library())) {
            problems.add("seal '" + device.name() + "': library: there is no readable file "
                    + device.hsm().library() + "; is the HSM's client software installed?");
        }
    }

    private void there(String key, Path directory) {
        if (!Files.isDirectory(directory)) {
            problems.add(key + ": there is no directory " + directory);
        }
    }
}

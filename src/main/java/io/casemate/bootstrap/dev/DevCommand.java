package io.casemate.bootstrap.dev;

import io.casemate.bootstrap.LocalServer;
import io.casemate.bootstrap.ProgramFlags;
import io.casemate.bootstrap.Server;
import io.casemate.config.ServerConfig;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import io.casemate.log.ServerLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * {@code casemate dev}: from nothing to a certificate on this machine, by the same server and the same API as in production.
 * Only the keys are throw-away.
 */
public final class DevCommand {
    private static final String HOST = "app.dev.casemate.test";
    private static final int UNSEAL_PATIENCE = 200;

    private final DevOptions options;
    private final DevSite site;
    private final PrintStream out;
    private final DevSteps steps;
    private final SecureRandom random = new SecureRandom();

    private DevCommand(DevOptions options, PrintStream out) {
        this.options = options;
        this.site = new DevSite(options.data().toAbsolutePath());
        this.out = out;
        this.steps = new DevSteps(out);
    }

    /**
     * Runs until Ctrl-C, or until the certificate with {@code --once}.
     *
     * @return the exit code
     */
    public static int run(List<String> arguments, PrintStream out) {
        if (ProgramFlags.help(arguments)) {
            out.print(DevOptions.USAGE);
            return 0;
        }
        try {
            return new DevCommand(options(arguments), out).run();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    private static DevOptions options(List<String> arguments) {
        try {
            return DevOptions.parse(arguments);
        } catch (FaultException e) {
            DevOptions.thrownAway(arguments).map(DevSite::new).ifPresent(DevSite::erase);
            throw e;
        }
    }

    private int run() throws IOException, GeneralSecurityException, InterruptedException {
        out.println("Casemate dev: a real server with throw-away keys in " + site.directory());
        out.println();
        Server server = started();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "casemate-stop"));
        try (LocalServer client = new LocalServer("127.0.0.1", server.port(), site.certificate())) {
            String token = unseal(client);
            mount(client);
            issue(client);
            announce("https://127.0.0.1:" + server.port(), token);
        }
        if (!options.once()) {
            server.await();
        }
        return 0;
    }

    private void end(Server server) {
        server.close();
        if (options.throwAway()) {
            site.erase();
        }
    }

    /** The server; without one, nothing is left of what this run made. */
    private Server started() throws IOException, GeneralSecurityException, InterruptedException {
        try {
            return start();
        } catch (IOException | GeneralSecurityException | InterruptedException | RuntimeException e) {
            if (options.throwAway()) {
                site.erase();
            }
            throw e;
        }
    }

    private Server start() throws IOException, GeneralSecurityException, InterruptedException {
        steps.step("TLS key, PIN and configuration in " + site.config().getFileName(), () -> {
            site.prepare(DevToken.library(), options.port(), random);
            return null;
        });
        steps.step("SoftHSM token '" + DevToken.LABEL + "' behind " + DevToken.library(), () -> {
            DevToken.make(DevToken.library(), site.pin(), random);
            return null;
        });
        return steps.step("server started, sealed: HTTPS, PKCS#11 seal, encrypted store, MapDB keyring", () -> {
            ServerConfig config = ServerConfig.load(site.config(), Map.of());
            ServerLog.start(config.log(), new FileOutputStream(FileDescriptor.err));
            return Server.start(config);
        });
    }

    /** Initialises the first time; unseals by the HSM each time. */
    private String unseal(LocalServer client) throws IOException, GeneralSecurityException, InterruptedException {
        if (!Files.exists(site.keys())) {
            steps.step("initialised: root key born, wrapped by the HSM; one recovery share", () -> {
                Map<String, Object> made =
                        client.write("sys/init", Map.of("recovery_shares", 1, "recovery_threshold", 1));
                DevSite.write(
                        site.keys(), new String(Json.bytes(made), java.nio.charset.StandardCharsets.UTF_8) + "\n");
                return null;
            });
        }
        String token = (String) Json.object(Files.readAllBytes(site.keys())).get("root_token");
        client.use(token);
        steps.step("unsealed by the HSM, nobody asked; audit to " + site.audit().getFileName(), () -> {
            awaitUnsealed(client);
            return null;
        });
        return token;
    }

    private static void awaitUnsealed(LocalServer client) throws IOException, InterruptedException {
        Map<String, Object> status = client.read("sys/seal-status");
        for (int i = 0; Boolean.TRUE.equals(status.get("sealed")); i++) {
            if (i == UNSEAL_PATIENCE) {
                throw new IOException("the server stays sealed: " + status.get("seal_error"));
            }
            Thread.sleep(25);
            status = client.read("sys/seal-status");
        }
    }

    private void mount(LocalServer client) throws IOException, GeneralSecurityException, InterruptedException {
        if (LocalServer.data(client.read("sys/mounts")).containsKey("pki/")) {
            return;
        }
        steps.step("kv/ (version 2) and pki/ mounted", () -> {
            client.write("sys/mounts/kv", Map.of("type", "kv", "options", Map.of("version", "2")));
            return client.write("sys/mounts/pki", Map.of("type", "pki", "config", Map.of("max_lease_ttl", "87600h")));
        });
        steps.step("root CA made (EC P-256), role 'web' for *.dev.casemate.test", () -> {
            client.write(
                    "pki/root/generate/internal",
                    Map.of("common_name", "Casemate dev root", "key_type", "ec", "ttl", "8760h"));
            return client.write(
                    "pki/roles/web",
                    Map.of(
                            "allowed_domains",
                            "dev.casemate.test",
                            "allow_subdomains",
                            true,
                            "key_type",
                            "ec",
                            "max_ttl",
                            "720h"));
        });
    }

    private void issue(LocalServer client) throws IOException, GeneralSecurityException, InterruptedException {
        Map<String, Object> issued = steps.step(
                "certificate issued for " + HOST,
                () -> LocalServer.data(client.write(
                        "pki/issue/web", Map.of("common_name", HOST, "ttl", "24h", "private_key_format", "pkcs8"))));
        long start = System.nanoTime();
        String agreed = HandshakeCheck.run(
                HOST, (String) issued.get("certificate"), (String) issued.get("private_key"), (String)
                        issued.get("issuing_ca"));
        steps.note("TLS client accepted it: " + agreed, (System.nanoTime() - start) / 1_000_000);
    }

    private void announce(String address, String token) throws IOException {
        out.println();
        if (options.once() && options.throwAway()) {
            out.println("Done; the server and its data go away now. Without --once it runs until Ctrl-C.");
            out.flush();
            return;
        }
        String exports = """
                export VAULT_ADDR=%s
                export VAULT_TOKEN=%s
                export VAULT_CACERT=%s
                """.formatted(address, token, site.certificate());
        out.print(exports);
        if (options.envFile().isPresent()) {
            DevSite.write(options.envFile().get().toAbsolutePath(), exports);
        }
        if (!options.once()) {
            out.println();
            out.println("Running. Press Ctrl-C to stop.");
        }
        out.flush();
    }
}

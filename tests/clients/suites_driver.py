"""Run in a checkout of vault-java-driver: its tests start this machine's Casemate in place of a container.

Tests of what Casemate does not have (a database, Vault's agent) are taken out. See tests/clients/suites.
"""
import pathlib
import re

HERE = pathlib.Path("src/test/java/io/github/jopenlibs/vault")
STARTING = """
    static final class ExecResult {
        private final String out, err;
        ExecResult(String out, String err) { this.out = out; this.err = err; }
        String getStdout() { return out; }
        String getStderr() { return err; }
    }

    private static final String SUITES = System.getenv("SUITES");
    private int port;
    private Process server;
    private java.nio.file.Path home;

    @Override
    protected void before() throws Throwable {
        home = java.nio.file.Files.createTempDirectory(java.nio.file.Path.of(SUITES), "driver");
        new File(SSL_DIRECTORY).mkdirs();
        new File(CLIENT_CERT_PEMFILE).delete();
        for (String name : new String[] {"root-cert.pem", "vault-cert.pem"}) {
            java.nio.file.Files.copy(java.nio.file.Path.of(SUITES, "tls.pem"),
                    java.nio.file.Path.of(SSL_DIRECTORY, name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            port = free.getLocalPort();
        }
        new ProcessBuilder(System.getenv("SITE"), "--site", home + "/site", "" + port, SUITES + "/tls.pem",
                SUITES + "/tls.key").inheritIO().start().waitFor();
        server = new ProcessBuilder(System.getenv("CASEMATE"), "server", "--config", home + "/site/casemate.yaml")
                .redirectErrorStream(true).redirectOutput(new File(home + "/log")).start();
        for (int i = 0; i < 600; i++) {
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
    }

    @Override
    protected void after() {
        server.destroy();
    }

    private String getContainerIpAddress() { return "127.0.0.1"; }

    private int getMappedPort(int inside) { return port; }

    private ExecResult execInContainer(String... command) throws IOException, InterruptedException {
        java.util.List<String> words = new java.util.ArrayList<>();
        for (String word : command) {
            words.add(word.replace(CONTAINER_SSL_DIRECTORY, SSL_DIRECTORY)
                    .replace("/home/vault/", CURRENT_WORKING_DIRECTORY + "/src/test/resources/"));
        }
        if (words.get(0).equals("vault")) {
            words.set(0, System.getenv("CASEMATE"));
        }
        ProcessBuilder client = new ProcessBuilder(words);
        client.environment().put("VAULT_ADDR", getAddress());
        client.environment().put("HOME", home.toString());
        File out = new File(home + "/out"), err = new File(home + "/err");
        client.redirectOutput(out).redirectError(err).start().waitFor();
        return new ExecResult(java.nio.file.Files.readString(out.toPath()), java.nio.file.Files.readString(err.toPath()));
    }

"""


def main():
    container = HERE / "util/VaultContainer.java"
    text = container.read_text()
    text = re.sub(r"extends GenericContainer<VaultContainer> implements TestConstants,\s+TestLifecycleAware",
                  "extends org.junit.rules.ExternalResource implements TestConstants", text)
    begin, constructor = text.index("    /**\n     * Establishes a running"), text.index("    public VaultContainer() {")
    end = text.index("    /**", constructor)
    text = text[:begin] + STARTING + "    public VaultContainer() {}\n\n" + text[end:]
    text = text[:text.index("    @Override\n    public void beforeTest")] + "}\n"
    container.write_text(re.sub(r"import (static )?(org\.(testcontainers|rnorth)|com\.github)[^\n]*\n", "", text))
    constants = HERE / "util/TestConstants.java"
    text = re.sub(r"    (Network CONTAINER_NETWORK|boolean DOCKER_AV)[^\n]*\n", "", constants.read_text())
    constants.write_text(re.sub(r"import org\.testcontainers[^\n]*\n", "", text))
    for absent in ("util/VaultAgentContainer", "util/DbContainer", "api/VaultAgentIT", "api/AuthBackendDatabaseIT", "api/LeasesIT"):
        (HERE / f"{absent}.java").unlink()


main()

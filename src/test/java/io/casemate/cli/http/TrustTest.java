package io.casemate.cli.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.RecordedServer;
import io.casemate.cli.Run;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.PemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the client believes, against a real TLS server. */
class TrustTest {
    @TempDir
    private static Path directory;

    private static RecordedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = RecordedServer.secure(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Run read(Map<String, String> variables, String... flags) {
        Map<String, String> environment = new HashMap<>(Map.of("VAULT_ADDR", server.address(), "HOME", "/nonexistent"));
        environment.putAll(variables);
        server.expect(List.of(new RecordedServer.Recorded(200, "{\"data\":{\"a\":\"b\"}}")));
        String[] words = new String[flags.length + 4];
        words[0] = "read";
        System.arraycopy(flags, 0, words, 1, flags.length);
        words[flags.length + 1] = "-field";
        words[flags.length + 2] = "a";
        words[flags.length + 3] = "x";
        return Run.of(environment, "", words);
    }

    private static String ca() {
        return server.certificate().toString();
    }

    @Test
    void an_unknown_authority_is_refused_before_the_token_leaves() {
        Run run = read(Map.of("VAULT_TOKEN", "hvs.secret"));
        assertEquals(2, run.exit());
        assertTrue(run.err().contains("not signed by a CA this machine trusts"), run.err());
        assertTrue(run.err().contains("VAULT_CACERT"), run.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void a_named_authority_is_trusted_from_flag_variable_twin_or_directory() throws Exception {
        Path authorities = Files.createDirectories(directory.resolve("authorities"));
        Files.copy(
                server.certificate(), authorities.resolve("a.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(new Run(0, "b", ""), read(Map.of(), "-ca-cert", ca()));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CACERT", ca())));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CACERT", "/nonexistent", "CASEMATE_CACERT", ca())));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CAPATH", authorities.toString())));
        assertEquals(new Run(0, "b", ""), read(Map.of("SSL_CERT_FILE", ca())));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CACERT_BYTES", Files.readString(Path.of(ca())))));
        Run nothing = read(Map.of("VAULT_CACERT_BYTES", "nothing"));
        assertEquals(1, nothing.exit());
        assertTrue(nothing.err().contains("VAULT_CACERT_BYTES holds no PEM certificate"), nothing.err());
    }

    @Test
    void the_name_in_the_certificate_must_be_the_servers() {
        Run run = read(Map.of("VAULT_CACERT", ca()), "-tls-server-name=other.test");
        assertEquals(2, run.exit());
        assertTrue(run.err().contains("its certificate is for another name"), run.err());
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CACERT", ca()), "-tls-server-name=vault.test"));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_CACERT", ca(), "VAULT_TLS_SERVER_NAME", "vault.test")));
    }

    @Test
    void verification_is_off_only_when_asked_for_in_words() {
        assertEquals(new Run(0, "b", ""), read(Map.of(), "-tls-skip-verify"));
        assertEquals(new Run(0, "b", ""), read(Map.of("VAULT_SKIP_VERIFY", "true")));
        assertEquals(2, read(Map.of("VAULT_SKIP_VERIFY", "false")).exit());
        Run odd = read(Map.of("VAULT_SKIP_VERIFY", "maybe"));
        assertEquals(1, odd.exit());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void unusable_files_are_named() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
        assertTrue(
                read(Map.of("VAULT_CACERT", "/nonexistent")).err().contains("cannot read /nonexistent: no such file"));
        assertTrue(read(Map.of("VAULT_CACERT", empty.toString())).err().contains("holds no PEM certificate"));
        assertTrue(
                read(Map.of("VAULT_CACERT", ca()), "-client-cert", ca()).err().contains("go together"));
    }

    @Test
    void plain_http_to_a_tls_port_is_explained() {
        Run run = read(Map.of("VAULT_ADDR", server.address().replace("https", "http")));
        assertEquals(2, run.exit());
    }

    @Test
    void a_token_that_would_break_its_header_is_not_sent() {
        Run run = read(Map.of("VAULT_CACERT", ca(), "VAULT_TOKEN", "hvs.a\r\nX-Evil: 1"));
        assertEquals(1, run.exit());
        assertEquals(List.of(), server.requests);
    }

    /** A server that names only a foreign authority, as one does that knows its clients' certificates themselves. */
    @Test
    void the_named_certificate_is_shown_whatever_authorities_the_server_names() throws Exception {
        KeyStore keys = KeyStore.getInstance(directory.resolve("tls.p12").toFile(), "password".toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, "password".toCharArray());
        X509Certificate other = PemFiles.certificates(foreign()).getFirst();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), new TrustManager[] {new Naming(other)}, null);
        Path key = pem("PRIVATE KEY", keys.getKey("t", "password".toCharArray()).getEncoded());
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            try (SSLServerSocket door = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                door.setNeedClientAuth(true);
                door.setEnabledProtocols(new String[] {protocol});
                CompletableFuture<Certificate> shown = CompletableFuture.supplyAsync(() -> shown(door));
                String address = "https://127.0.0.1:" + door.getLocalPort();
                Run run = read(
                        Map.of("VAULT_ADDR", address, "VAULT_CACERT", ca()),
                        "-client-cert=" + ca(),
                        "-client-key=" + key);
                assertEquals(new Run(0, "b", ""), run, protocol);
                assertEquals(keys.getCertificate("t"), shown.get(10, TimeUnit.SECONDS));
            }
        }
    }

    private static Path foreign() throws Exception {
        Path place = Files.createDirectories(directory.resolve("foreign"));
        try (RecordedServer other = RecordedServer.secure(place)) {
            return other.certificate();
        }
    }

    private static Certificate shown(SSLServerSocket door) {
        try (SSLSocket client = (SSLSocket) door.accept()) {
            Certificate shown = client.getSession().getPeerCertificates()[0];
            int end = 0;
            while (end < 4) {
                end = client.getInputStream().read() == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : 0;
            }
            String body = "{\"data\":{\"a\":\"b\"}}";
            String answer =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            return shown;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes every client, and names one authority. */
    private record Naming(X509Certificate authority) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {
            // Known itself.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {
            // Never asked: this is the server.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }

    @Test
    void private_keys_are_read_in_their_new_and_old_forms() throws Exception {
        KeyStore keys = KeyStore.getInstance(directory.resolve("tls.p12").toFile(), "password".toCharArray());
        PrivateKey key = (PrivateKey) keys.getKey("t", "password".toCharArray());
        X509Certificate owner = (X509Certificate) keys.getCertificate("t");
        byte[] pkcs8 = key.getEncoded();
        Path modern = pem("PRIVATE KEY", pkcs8);
        assertArrayEquals(pkcs8, PemFiles.privateKey(modern, owner).getEncoded());
        Path old = pem("EC PRIVATE KEY", innerKey(pkcs8));
        assertEquals(key, PemFiles.privateKey(old, owner));
        Path sealed = pem("ENCRYPTED PRIVATE KEY", new byte[] {1});
        assertThrows(CliFailure.class, () -> PemFiles.privateKey(sealed, owner));
    }

    private static Path pem(String label, byte[] der) throws Exception {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
        return Files.writeString(Files.createTempFile(directory, "key", ".pem"), text);
    }

    /** The octet string inside a short PrivateKeyInfo: behind its header, version and algorithm. */
    private static byte[] innerKey(byte[] pkcs8) {
        int header = (pkcs8[1] & 0x80) == 0 ? 2 : 2 + (pkcs8[1] & 0x7f);
        int octets = header + 3 + 2 + pkcs8[header + 3 + 1];
        int content = octets + ((pkcs8[octets + 1] & 0x80) == 0 ? 2 : 2 + (pkcs8[octets + 1] & 0x7f));
        return java.util.Arrays.copyOfRange(pkcs8, content, pkcs8.length);
    }
}

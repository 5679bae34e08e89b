package io.casemate.engine.pki.acme.challenge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.DnsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three challenges against servers on loopback, honest and not. */
class ChallengesTest {
    private static final Targets LOOPBACK = new Targets(List.of("127.0.0.0/8", "::1"), List.of());
    private static final String TOKEN = "token-of-the-challenge";

    private final DnsServer dns = new DnsServer();
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private ServerSocket http;
    private int https = 1;

    @BeforeEach
    void start() throws IOException {
        http = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        dns.put("www.example.com", "A", "127.0.0.1");
    }

    @AfterEach
    void stop() throws IOException {
        http.close();
        dns.close();
    }

    @Test
    void whatIsServedIsBelievedWhenItIsTheKeyAuthorization() {
        page("200 OK", "", keyAuthorization() + "\r\n");
        assertInstanceOf(Result.Proven.class, look("http-01", "www.example.com", LOOPBACK));
        assertInstanceOf(Result.Proven.class, look(ask("http-01", "127.0.0.1", true), LOOPBACK));
        page(
                "200 OK",
                "Transfer-Encoding: chunked\r\n",
                "5\r\n" + keyAuthorization().substring(0, 5) + "\r\n"
                        + Integer.toHexString(keyAuthorization().length() - 5) + ";x=y\r\n"
                        + keyAuthorization().substring(5)
                        + "\r\n0\r\n\r\n");
        assertInstanceOf(Result.Proven.class, look("http-01", "www.example.com", LOOPBACK));
        for (String wrong : List.of("", keyAuthorization() + "x", " " + keyAuthorization(), "x".repeat(100_000))) {
            page("200 OK", "", wrong);
            assertEquals(
                    "unauthorized",
                    failed("http-01", "www.example.com", LOOPBACK).type());
        }
        page("404 Not Found", "", keyAuthorization());
        assertEquals(
                "unauthorized", failed("http-01", "www.example.com", LOOPBACK).type());
    }

    @Test
    void redirectsAreFollowedToHttpOnTheirOwnPortsOnly() {
        dns.put("other.example.com", "A", "127.0.0.1");
        page("302 Found", "Location: http://other.example.com/elsewhere?a=b\r\n", "");
        pages.put("/elsewhere?a=b", "HTTP/1.1 200 OK\r\n\r\n" + keyAuthorization());
        assertInstanceOf(Result.Proven.class, look("http-01", "www.example.com", LOOPBACK));
        for (String location : List.of(
                "http://other.example.com:8080/elsewhere",
                "ftp://other.example.com/elsewhere",
                "file:///etc/passwd",
                "http://user@other.example.com/elsewhere",
                "http://",
                "http://a b/",
                "http://999.1.1.1/",
                "")) {
            page("302 Found", "Location: " + location + "\r\n", "");
            assertEquals(
                    "unauthorized",
                    failed("http-01", "www.example.com", LOOPBACK).type(),
                    location);
        }
        page("301 Moved", "Location: /.well-known/acme-challenge/" + TOKEN + "\r\n", "");
        assertTrue(failed("http-01", "www.example.com", LOOPBACK).detail().contains("a redirect from www.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_b.example", "host.1x"})
    void namesThatAreNoHostOfAUriAreAskedToo(String name) {
        dns.put(name, "A", "127.0.0.1");
        page("200 OK", "", keyAuthorization());
        assertInstanceOf(Result.Proven.class, look("http-01", name, LOOPBACK));
        pages.put("/elsewhere?a=b", "HTTP/1.1 200 OK\r\n\r\n" + keyAuthorization());
        for (String location : List.of("/elsewhere?a=b", "http://" + name + ":80/elsewhere?a=b")) {
            page("302 Found", "Location: " + location + "\r\n", "");
            assertInstanceOf(Result.Proven.class, look("http-01", name, LOOPBACK), location);
        }
        page("302 Found", "Location: http://" + name + ":8080/elsewhere?a=b\r\n", "");
        assertEquals("unauthorized", failed("http-01", name, LOOPBACK).type());
    }

    @Test
    void aNameThatTlsCannotSayIsAFailureAndNoBug() {
        dns.put("a_b.example", "A", "127.0.0.1");
        https = http.getLocalPort();
        Result.Failed failed = failed("tls-alpn-01", "a_b.example", LOOPBACK);
        assertEquals("tls", failed.type());
        assertTrue(failed.last() && failed.detail().contains("another challenge"), failed::detail);
    }

    @Test
    void aRedirectLeadsNowhereThatIsBarredAndTellsNothingOfWhereItLed() {
        Targets first = new Targets(List.of("127.0.0.1"), List.of());
        dns.put("inside.corp.example", "A", "127.0.0.1");
        dns.put("shut.corp.example", "A", "127.0.0.2");
        pages.put("/page", "HTTP/1.1 200 OK\r\n\r\nsomething else");
        Set<Result> told = new HashSet<>();
        for (String location : List.of(
                "http://127.0.0.2/elsewhere",
                "http://shut.corp.example/",
                "https://inside.corp.example/",
                "http://inside.corp.example/page",
                "http://inside.corp.example/missing",
                "http://unknown.corp.example/")) {
            page("302 Found", "Location: " + location + "\r\n", "");
            told.add(failed("http-01", "www.example.com", first));
        }
        Result.Failed only = (Result.Failed) told.iterator().next();
        assertEquals(1, told.size(), told::toString);
        assertFalse(only.detail().contains("corp") || only.detail().contains("127.0.0"), only::detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.20.0.1",
                "192.168.0.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "ff02::1",
                "fec0::1"
            })
    void nothingButThePublicInternetIsAskedUnlessPermitted(String address) throws IOException {
        Targets unset = new Targets(List.of(), List.of());
        assertTrue(unset.refusal(InetAddress.ofLiteral(address)).isPresent());
        dns.put("inside.example.com", address.contains(":") && !address.contains(".") ? "AAAA" : "A", address);
        if (!address.contains("ffff")) {
            Result.Failed failed = failed("http-01", "inside.example.com", unset);
            assertTrue(failed.last(), failed::detail);
            assertTrue(failed("tls-alpn-01", "inside.example.com", unset).last());
        }
        assertEquals(java.util.Optional.empty(), unset.refusal(InetAddress.ofLiteral("1.1.1.1")));
        assertEquals(java.util.Optional.empty(), unset.refusal(InetAddress.ofLiteral("2606:4700::1111")));
        Targets all = new Targets(List.of("0.0.0.0/0", "::/0"), List.of("127.0.0.0/8"));
        assertTrue(all.refusal(InetAddress.ofLiteral("127.0.0.1")).isPresent(), "excluded wins");
    }

    @Test
    void answersThatAreNoneAreFailuresAndNothingElse() {
        for (String raw : List.of(
                "",
                "\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 200",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 999 X\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(200) + "\r\n",
                "HTTP/1.1 200 OK\r\n" + "X".repeat(9000) + "\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc")) {
            pages.put(path(), raw);
            assertEquals(
                    "connection", failed("http-01", "www.example.com", LOOPBACK).type(), raw);
        }
        assertEquals(
                "connection", failed("http-01", "nowhere.example.com", LOOPBACK).type());
    }

    @Test
    void aTxtRecordProvesAlsoBehindAnAlias() {
        assertEquals(
                "unauthorized", failed("dns-01", "www.example.com", LOOPBACK).type());
        dns.put("_acme-challenge.www.example.com", "CNAME", "answers.example.org");
        dns.put("answers.example.org", "TXT", "something else", "x".repeat(43));
        assertTrue(failed("dns-01", "www.example.com", LOOPBACK).detail().contains("none of the 2"));
        String digest = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ask("dns-01", "www.example.com", false).digest());
        dns.put("answers.example.org", "TXT", "something else", digest);
        assertInstanceOf(Result.Proven.class, look("dns-01", "www.example.com", LOOPBACK));
        dns.close();
        assertEquals("dns", failed("dns-01", "www.example.com", LOOPBACK).type());
    }

    @Test
    void aTlsServerProvesByItsCertificate(@TempDir Path home) throws Exception {
        Question question = ask("tls-alpn-01", "www.example.com", false);
        String digest = HexFormat.of().formatHex(question.digest());
        assertInstanceOf(Result.Proven.class, shown(home, question, "DNS:www.example.com", "critical,", digest));
        for (List<String> wrong : List.of(
                List.of("DNS:www.example.com,DNS:b.example.com", "critical,", digest),
                List.of("DNS:b.example.com", "critical,", digest),
                List.of("IP:127.0.0.1", "critical,", digest),
                List.of("DNS:www.example.com", "", digest),
                List.of("DNS:www.example.com", "critical,", "00".repeat(32)))) {
            Result result = shown(home, question, wrong.get(0), wrong.get(1), wrong.get(2));
            assertEquals(
                    "unauthorized",
                    assertInstanceOf(Result.Failed.class, result, wrong::toString)
                            .type());
        }
        Question address = ask("tls-alpn-01", "127.0.0.1", true);
        String its = HexFormat.of().formatHex(address.digest());
        assertInstanceOf(Result.Proven.class, shown(home, address, "IP:127.0.0.1", "critical,", its));
        https = http.getLocalPort();
        assertEquals("tls", failed("tls-alpn-01", "www.example.com", LOOPBACK).type(), "a server without TLS");
    }

    /** Looks at a TLS server with a certificate that openssl made. */
    private Result shown(Path home, Question question, String names, String critical, String digest) throws Exception {
        Path keys = home.resolve("keys.p12");
        Files.deleteIfExists(keys);
        run(
                home,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=acme",
                "-addext",
                "subjectAltName=" + names,
                "-addext",
                "1.3.6.1.5.5.7.1.31=" + critical + "DER:0420" + digest,
                "-keyout",
                "k.pem",
                "-out",
                "c.pem");
        run(
                home,
                "openssl",
                "pkcs12",
                "-export",
                "-inkey",
                "k.pem",
                "-in",
                "c.pem",
                "-passout",
                "pass:secret",
                "-out",
                "keys.p12");
        try (SSLServerSocket server = (SSLServerSocket)
                context(keys).getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            https = server.getLocalPort();
            SSLParameters parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"acme-tls/1"});
            server.setSSLParameters(parameters);
            Thread.ofVirtual().start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    socket.getInputStream().read();
                } catch (IOException e) {
                    // the client has seen enough
                }
            });
            return look(question, LOOPBACK);
        }
    }

    private static SSLContext context(Path keys) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void run(Path home, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static Question ask(String type, String name, boolean ip) {
        return new Question(type, name, ip, TOKEN, "t".repeat(43));
    }

    private static String keyAuthorization() {
        return ask("http-01", "x", false).keyAuthorization();
    }

    private static String path() {
        return "/.well-known/acme-challenge/" + TOKEN;
    }

    private void page(String status, String headers, String body) {
        pages.put(path(), "HTTP/1.1 " + status + "\r\n" + headers + "\r\n" + body);
    }

    private Result look(String type, String name, Targets targets) {
        return look(ask(type, name, false), targets);
    }

    private Result look(Question question, Targets targets) {
        return Challenges.look(question, new Lookup(dns.address()), targets, new Ports(http.getLocalPort(), https));
    }

    private Result.Failed failed(String type, String name, Targets targets) {
        return assertInstanceOf(Result.Failed.class, look(type, name, targets));
    }

    private void serve() {
        while (!http.isClosed()) {
            try (Socket socket = http.accept()) {
                StringBuilder head = new StringBuilder();
                InputStream in = socket.getInputStream();
                for (int b = in.read(); b >= 0; b = in.read()) {
                    head.append((char) b);
                    if (head.toString().endsWith("\r\n\r\n")
                            || b > 0x7F
                            || (head.length() == 3 && head.charAt(0) == 0x16)) {
                        break;
                    }
                }
                String[] words = head.toString().split(" ");
                String page = words.length > 1 ? pages.getOrDefault(words[1], "") : "no TLS here";
                OutputStream out = socket.getOutputStream();
                out.write(page.getBytes(StandardCharsets.US_ASCII));
                out.flush();
            } catch (IOException e) {
                // the next one
            }
        }
    }
}

package io.casemate.cli.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.Run;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates made by OpenSSL, in words. */
class PkiInspectTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void certificates() throws Exception {
        Files.writeString(folder.resolve("x.cnf"), """
                [req]
                distinguished_name=d
                [d]
                [root]
                basicConstraints=critical,CA:TRUE,pathlen:1
                keyUsage=critical,keyCertSign,cRLSign
                [leaf]
                subjectAltName=DNS:www.example.com,IP:10.0.0.1
                extendedKeyUsage=serverAuth
                keyUsage=critical,digitalSignature
                authorityInfoAccess=caIssuers;URI:http://pki.example.com/ca.der
                crlDistributionPoints=URI:http://pki.example.com/crl
                """);
        openssl("req -new -x509 -newkey rsa:2048 -nodes -keyout r.key -subj /CN=Root -days 400 -config x.cnf"
                + " -extensions root -out r.pem");
        openssl("req -new -newkey ed25519 -nodes -keyout l.key -subj /CN=www.example.com -config x.cnf -out l.csr");
        openssl("x509 -req -in l.csr -CA r.pem -CAkey r.key -set_serial 77 -days 30 -extfile x.cnf -extensions leaf"
                + " -out l.pem");
    }

    private String inspect(int exit, String... words) throws IOException {
        String[] all = new String[words.length + 2];
        all[0] = "pki";
        all[1] = "inspect";
        System.arraycopy(words, 0, all, 2, words.length);
        Run run = Run.of(Map.of("HOME", folder.toString()), "", all);
        assertEquals(exit, run.exit(), run.err());
        return run.out() + run.err();
    }

    @Test
    void a_chain_is_explained() throws Exception {
        Files.writeString(
                folder.resolve("chain.pem"),
                Files.readString(folder.resolve("l.pem")) + Files.readString(folder.resolve("r.pem")));
        String text = inspect(0, folder.resolve("chain.pem").toString());
        for (String part : new String[] {
            "Certificate 1 of 2",
            "DNS www.example.com, IP 10.0.0.1",
            "valid, expires in 29 days",
            "an end certificate",
            "TLS servers",
            "http://pki.example.com/ca.der",
            "http://pki.example.com/crl",
            "It is signed by the next one.",
            "RSA, 2048 bits",
            "a root CA, at most 1 CAs below it",
            "sign certificates, sign CRLs"
        }) {
            assertTrue(text.contains(part), part + " in\n" + text);
        }
        Files.writeString(
                folder.resolve("wrong.pem"),
                Files.readString(folder.resolve("r.pem")) + Files.readString(folder.resolve("l.pem")));
        assertTrue(inspect(0, folder.resolve("wrong.pem").toString()).contains("NOT signed"));
        assertTrue(
                inspect(0, "-format=json", folder.resolve("l.pem").toString()).contains("\"serial_number\": \"4d\""));
    }

    @Test
    void a_server_s_certificate_is_explained_whoever_signed_it() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process server = new ProcessBuilder(
                        ("openssl s_server -quiet -key l.key -cert l.pem -accept 127.0.0.1:" + port).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            String text = "";
            for (int tries = 0; tries < 50 && text.isEmpty(); tries++) {
                Run run = Run.of(Map.of("HOME", folder.toString()), "", "pki", "inspect", "127.0.0.1:" + port);
                text = run.exit() == 0 ? run.out() : "";
                Thread.sleep(100);
            }
            assertTrue(text.contains("DNS www.example.com"), text);
        } finally {
            server.destroy();
        }
        assertTrue(inspect(2, "127.0.0.1:1").contains("no TLS with 127.0.0.1:1"));
    }

    @Test
    void what_is_no_certificate_is_said_so() throws Exception {
        assertTrue(inspect(1, folder.resolve("x.cnf").toString()).contains("no PEM certificate"));
        assertTrue(inspect(1, folder.resolve("absent.pem").toString()).contains("no such file"));
    }

    private void openssl(String words) throws Exception {
        Process process = new ProcessBuilder(("openssl " + words).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
    }
}

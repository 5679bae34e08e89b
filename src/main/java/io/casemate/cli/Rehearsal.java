package io.casemate.cli;

import io.casemate.cli.command.Topic;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Runs the commands of every day once, against a TLS server in the same process that knows one answer, so that the JVM
 * can record which classes a command needs (JEP 514). The launcher makes its cache with it; nothing else calls it.
 */
final class Rehearsal {
    private static final char[] PASSWORD = "rehearsal".toCharArray();
    private static final String ANSWER = """
            {"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"wrap_info":null,"auth":null,
            "warnings":["w"],"initialized":true,"sealed":false,"t":3,"n":5,"version":"1.0.0","data":{"keys":["a","b"],
            "path":"secret/","options":{"version":"2"},"data":{"user":"u"},"metadata":{"version":1,"ttl":1.5}}}
            """;
    private static final List<List<String>> PROGRAMME = List.of(
            List.of("status"),
            List.of("status", "-format=json"),
            List.of("read", "a/b"),
            List.of("write", "a/b", "c=d"),
            List.of("list", "a"),
            List.of("kv", "get", "secret/a"),
            List.of("kv", "put", "secret/a", "c=d"),
            List.of("token", "lookup"),
            List.of("read", "-format=yaml", "a/b"),
            List.of("nosuch"),
            List.of("-h"));

    private Rehearsal() {}

    /**
     * Plays the programme.
     *
     * @param words file of a PKCS #12 key store whose password is {@code rehearsal}, and PEM file of its certificate
     */
    static int play(List<String> words) {
        try (SSLServerSocket door = listen(Path.of(words.get(0)))) {
            Thread.ofPlatform().daemon().start(() -> serve(door));
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("CASEMATE_ADDR", "https://127.0.0.1:" + door.getLocalPort());
            environment.put("CASEMATE_CACERT", words.get(1));
            environment.put("CASEMATE_TOKEN", "rehearsal");
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            Terminal stage =
                    new Terminal(nowhere, nowhere, new ByteArrayInputStream(new byte[0]), () -> false, text -> null);
            PROGRAMME.forEach(line -> new Cli(environment, stage).run(line));
            for (Topic topic : Catalogue.TOPICS) {
                topic.commands().get().forEach(HelpText::command);
            }
            return Exit.OK;
        } catch (IOException | GeneralSecurityException e) {
            throw CliFailure.local("rehearsal: " + e.getMessage());
        }
    }

    private static SSLServerSocket listen(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 8, java.net.InetAddress.getLoopbackAddress());
    }

    private static void serve(SSLServerSocket door) {
        byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        while (true) {
            try (SSLSocket guest = (SSLSocket) door.accept()) {
                var lines = new BufferedReader(new InputStreamReader(guest.getInputStream(), StandardCharsets.UTF_8));
                String line = lines.readLine();
                while (line != null && !line.isEmpty()) {
                    line = lines.readLine();
                }
                guest.getOutputStream().write(head);
                guest.getOutputStream().write(body);
            } catch (IOException e) {
                if (door.isClosed()) {
                    return;
                }
            }
        }
    }
}

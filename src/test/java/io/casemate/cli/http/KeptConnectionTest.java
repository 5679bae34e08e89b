package io.casemate.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A server closes a connection that is idle, without a word, while a human looks for his share. */
class KeptConnectionTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Answers one request on each connection, promises nothing about the next, and closes. */
    private void serve(ServerSocket door, List<String> answers) {
        for (String answer : answers) {
            try (Socket guest = door.accept()) {
                var in = new BufferedReader(new InputStreamReader(guest.getInputStream(), StandardCharsets.UTF_8));
                String first = in.readLine();
                int length = 0;
                for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                    length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
                }
                char[] body = new char[length];
                assertEquals(length, in.read(body, 0, length));
                requests.add(first.replace(" HTTP/1.1", " ") + new String(body));
                String head = "HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n";
                guest.getOutputStream().write((head + answer).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                requests.add(e.getMessage());
                return;
            }
        }
    }

    private Run asked(String typed, List<String> answers, String... words) throws Exception {
        try (ServerSocket door = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(door, answers));
            String address = "http://127.0.0.1:" + door.getLocalPort();
            return Run.of(Map.of("VAULT_ADDR", address, "HOME", "/nonexistent"), "c2hhcmU=", typed, List.of(words));
        }
    }

    @Test
    void a_share_arrives_although_its_holder_took_his_time() throws Exception {
        String begun = "{\"nonce\":\"n1\",\"started\":true,\"t\":2,\"n\":3,\"progress\":0,\"required\":2}";
        for (String ceremony : List.of("rekey", "generate-root")) {
            String status = ceremony.equals("rekey") ? "rekey/init" : "generate-root/attempt";
            for (List<String> words :
                    List.of(List.of("operator", ceremony), List.of("operator", ceremony, "-nonce=n1", "-"))) {
                requests.clear();
                Run run = asked("c2hhcmU=", List.of(begun, begun), words.toArray(String[]::new));
                assertEquals("", run.err());
                assertTrue(run.out().contains("n1"), run.out());
                assertEquals(
                        List.of(
                                "GET /v1/sys/" + status + " ",
                                "PUT /v1/sys/" + ceremony + "/update {\"key\":\"c2hhcmU=\",\"nonce\":\"n1\"}"),
                        requests);
            }
        }
    }
}

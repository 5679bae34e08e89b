package io.casemate.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class WireTest {
    private static Wire wire(String answer) {
        return new Wire(
                () -> {},
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1)),
                OutputStream.nullOutputStream());
    }

    private static Answer exchange(Wire wire) throws IOException {
        return wire.exchange("GET / HTTP/1.1\r\n\r\n", new byte[0]);
    }

    private static String body(String answer) throws IOException {
        return new String(exchange(wire(answer)).body(), StandardCharsets.ISO_8859_1);
    }

    private static String refused(String answer) {
        return assertThrows(IOException.class, () -> body(answer), answer).getMessage();
    }

    @Test
    void a_body_ends_by_length_by_chunks_or_by_the_connection() throws IOException {
        assertEquals("abc", body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd"));
        assertEquals(
                "abcdefghijklmnop!",
                body(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10;x=y\r\nabcdefghijklmnop\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n"));
        assertEquals("abc", body("HTTP/1.0 200 OK\r\n\r\nabc"));
        assertEquals("", body("HTTP/1.1 204 No Content\r\n\r\n"));
    }

    @Test
    void a_long_body_goes_where_it_is_wanted_and_a_refusal_does_not() throws IOException {
        for (String answer : new String[] {
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nabc"
        }) {
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            Wire wire = wire(answer);
            assertEquals(0, wire.exchange("GET /", nothing(), sink).body().length);
            assertEquals("abc", sink.toString(StandardCharsets.US_ASCII));
            assertFalse(wire.reusable());
        }
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        Answer refusal = wire("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno").exchange("GET /", nothing(), sink);
        assertEquals("no", new String(refusal.body(), StandardCharsets.US_ASCII));
        assertEquals(0, sink.size());
        assertThrows(
                IOException.class,
                () -> wire("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc").exchange("GET /", nothing(), sink));
    }

    @Test
    void a_refusal_is_read_although_the_server_hung_up_on_the_body() throws IOException {
        Wire wire = new Wire(
                () -> {},
                new ByteArrayInputStream(
                        "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                new OutputStream() {
                    private int left = 10;

                    @Override
                    public void write(int octet) throws IOException {
                        if (left-- == 0) {
                            throw new java.net.SocketException("Broken pipe");
                        }
                    }
                });
        ByteArrayInputStream body = new ByteArrayInputStream(new byte[100]);
        assertEquals(
                403,
                wire.exchange("POST /", body, OutputStream.nullOutputStream()).status());
    }

    private static ByteArrayInputStream nothing() {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Test
    void interim_answers_are_skipped() throws IOException {
        Answer answer =
                exchange(wire("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
        assertEquals(404, answer.status());
    }

    @Test
    void the_connection_is_kept_only_while_its_end_is_known() throws IOException {
        Wire kept = wire("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
        assertEquals("a", new String(exchange(kept).body(), StandardCharsets.UTF_8));
        assertTrue(kept.reusable());
        assertEquals("b", new String(exchange(kept).body(), StandardCharsets.UTF_8));
        for (String ended : new String[] {
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nrest"
        }) {
            Wire wire = wire(ended);
            exchange(wire);
            assertFalse(wire.reusable(), ended);
        }
    }

    @Test
    void what_is_cut_off_or_malformed_is_never_taken_for_an_answer() {
        assertEquals("the connection closed before an answer came", refused(""));
        assertEquals(
                "the connection closed in the middle of the answer",
                refused("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"));
        refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        assertEquals("the answer is not HTTP/1.1", refused("\u0015\u0003\u0003\r\n"));
        refused("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
        refused("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
        assertEquals(
                "the answer is longer than 64 MiB", refused("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n"));
        refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n");
        assertEquals("the answer's head is longer than 64 KiB", refused("HTTP/1.1 200 OK\r\nX: " + "a".repeat(70_000)));
    }

    /** A hostile server may make a command fail, and nothing else. */
    @Test
    void fuzz_any_bytes_end_in_an_answer_or_an_input_error() {
        String[] pieces = {
            "HTTP/1.1 200 OK",
            "HTTP/1.1 2",
            "\r\n",
            "\n",
            "Content-Length: ",
            "Transfer-Encoding: chunked",
            "5",
            "0",
            "a",
            "-",
            ":",
            " ",
            "ffff",
            "\u0000",
            "\u00ff",
            "HTTP/1.1 100 C\r\n\r\n",
            "Connection: close\r\n"
        };
        Random random = new Random(9112);
        int[] answered = {0};
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            for (int round = 0; round < 50_000; round++) {
                StringBuilder text = new StringBuilder(random.nextBoolean() ? "HTTP/1.1 200 OK\r\n" : "");
                for (int n = random.nextInt(15); n > 0; n--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                }
                try {
                    exchange(wire(text.toString()));
                    answered[0]++;
                } catch (IOException refused) {
                    assertFalse(refused.getMessage().isEmpty());
                }
            }
        });
        assertTrue(answered[0] > 100, "answered " + answered[0]);
    }
}

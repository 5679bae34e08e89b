package io.casemate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.Field;
import io.casemate.http.HttpSettings.Limits;
import io.casemate.http.HttpSettings.Timeouts;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies made to use up memory: announced and not sent, sent and not ended, or small and parsed to much. */
class HostileBodiesTest {
    private static final int MOST = 32 << 20;
    private static final String HEAD =
            "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MOST + "\r\n\r\n{\"a\":\"";

    @TempDir
    Path folder;

    private final EchoService echo = new EchoService();
    private final List<Socket> sockets = new ArrayList<>();
    private RunningServer running;

    @BeforeEach
    void start() {
        Limits limits = new Limits(MOST, 48 << 20, 16_384, 100, 8, 8, Duration.ofSeconds(5));
        running = new RunningServer(folder, echo, limits, Timeouts.DEFAULT);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        running.close();
    }

    @Test
    void announcedBodiesThatDoNotComeHoldUpNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            sockets.add(upload(0));
        }
        othersGoOn();
        assertEquals(200, post("{\"a\":\"" + "x".repeat(1 << 20) + "\"}"));
    }

    @Test
    void streamsOfOneConnectionThatAnnounceBodiesHoldUpNobody() throws IOException {
        Socket socket = running.tls("h2");
        sockets.add(socket);
        RawHttp2 h2 = new RawHttp2(socket).open(65_535);
        for (int stream = 1; stream < 100; stream += 2) {
            h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.announcing("/v1/x", MOST));
            h2.send(RawHttp2.DATA, 0, stream, "{\"a\":\"".getBytes(US_ASCII));
        }
        othersGoOn();
        assertEquals(200, post("{\"a\":\"" + "x".repeat(1 << 20) + "\"}"));
    }

    @Test
    void bodiesThatStopShortOfTheirEndLeaveRoom() throws IOException {
        for (int i = 0; i < 6; i++) {
            sockets.add(upload(7 << 20));
        }
        othersGoOn();
        assertEquals(200, post("{\"a\":\"" + "x".repeat(128 << 10) + "\"}"));
    }

    @Test
    void aShortTextOfManyValuesIsRefused() {
        String objects = "{},".repeat(1_000_000);
        HttpResponse<String> refused = running.send(running.to("/v1/nowhere")
                .POST(BodyPublishers.ofString("{\"a\":[" + objects + "{}]}"))
                .build());
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("an array has more than 10000 elements"), refused.body());
        assertEquals(null, echo.last.get());
    }

    @Test
    void whatValuesBecomeIsPaidFor() throws IOException {
        sockets.add(upload(28 << 20));
        String objects = "[" + "{\"\":{}},".repeat(9_999) + "0]";
        String body = "{\"a\":[" + (objects + ",").repeat(12) + "0]}";
        assertEquals(503, postWithin(body));
        assertEquals(null, echo.last.get());
    }

    @Test
    void aTextOfManyElementsIsRefused() {
        EndpointTable table = new EndpointTable(List.of(Endpoint.at("init", "Takes lists.")
                .access(Endpoint.Access.PUBLIC)
                .field("keys", Field.strings("Keys."))
                .on(Operation.UPDATE, _ -> Response.none())
                .build()));
        Service service = request ->
                table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
        try (RunningServer lists = new RunningServer(folder, service)) {
            HttpResponse<String> refused = lists.send(lists.to("/v1/init")
                    .POST(BodyPublishers.ofString("{\"keys\":\"" + "a,".repeat(4 << 20) + "\"}"))
                    .build());
            assertEquals(400, refused.statusCode(), refused.body());
            assertTrue(refused.body().contains("more than 10000 elements"), refused.body());
        }
    }

    @Test
    void aLongestBodyOfManyStringsArrivesWhole() {
        String text = "y".repeat(1 << 20);
        String body = "{\"a\":[" + ("\"" + text + "\",").repeat(30) + "0]}";
        assertEquals(200, postWithin(body));
        List<?> arrived = (List<?>) echo.last.get().data().get("a");
        assertEquals(31, arrived.size());
        assertEquals(text, arrived.get(29));
    }

    @Test
    void aFormIsNotLong() {
        HttpResponse<String> refused = running.send(running.to("/v1/x")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("a=" + "x".repeat(2 << 20)))
                .build());
        assertEquals(413, refused.statusCode());
    }

    private int postWithin(String body) {
        return running.send(running.to("/v1/quiet")
                        .POST(BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }

    private void othersGoOn() {
        HttpClient client = running.client(HttpClient.Version.HTTP_1_1);
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> login = running.send(
                    client,
                    running.to("/v1/auth/userpass/login/ann")
                            .POST(BodyPublishers.ofString("{\"password\":\"secret\"}"))
                            .build());
            assertEquals(200, login.statusCode(), login.body());
            assertEquals(200, post("{\"a\":\"" + "x".repeat(4000) + "\"}"));
        }
    }

    private int post(String body) {
        return running.send(
                        running.to("/v1/x").POST(BodyPublishers.ofString(body)).build())
                .statusCode();
    }

    /** The first bytes of a longest body; the server may have ended it when there are many. */
    private Socket upload(int bytes) throws IOException {
        Socket socket = running.tls("http/1.1");
        OutputStream out = socket.getOutputStream();
        out.write(HEAD.getBytes(US_ASCII));
        try {
            for (int sent = 0; sent < bytes; sent += 65_536) {
                out.write("x".repeat(65_536).getBytes(US_ASCII));
            }
            out.flush();
        } catch (IOException e) {
            socket.close();
        }
        return socket;
    }
}

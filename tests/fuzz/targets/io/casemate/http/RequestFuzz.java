package io.casemate.http;

import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/** A whole HTTP/1.1 request over TLS at the real listener: an answer below 500 or an end, and no path that climbs reaches the service. */
public final class RequestFuzz {
    private static RunningServer running;
    private static volatile String climbed = "";

    private RequestFuzz() {}

    /** Starts the listener. */
    public static void fuzzerInitialize() throws IOException {
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("fuzz.scratch")), "http");
        running = new RunningServer(folder, RequestFuzz::serve, HttpSettings.Limits.DEFAULT, RunningServer.SHORT);
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        String answer = exchange(input);
        if (!climbed.isEmpty()) {
            throw new AssertionError("the service was asked for " + climbed);
        }
        String status = answer.length() < 12 ? "" : answer.substring(9, 12);
        if (status.startsWith("5") && !status.equals("501") && !status.equals("505")) {
            throw new AssertionError(answer);
        }
    }

    private static Response serve(Request request) {
        if (java.util.List.of(request.path().value().split("/")).contains("..")) {
            climbed = request.path().value();
        }
        return Response.of(Map.of());
    }

    private static String exchange(byte[] input) throws IOException {
        try (SSLSocket socket = running.tls("http/1.1")) {
            OutputStream out = socket.getOutputStream();
            try {
                out.write(input);
                out.write("\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                socket.shutdownOutput();
            } catch (IOException e) {
                return ""; // it hung up in the middle of nonsense
            }
            return new String(socket.getInputStream().readNBytes(512), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}

package io.casemate.engine.pki.acme.challenge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One GET of HTTP/1.1 over a connection that is there already, so that nobody resolves the name again. Bounded in time and in
 * bytes, whatever the other side sends and however slowly.
 */
final class HttpGet {
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_LINES = 100;
    private static final int LONGEST_BODY = 4096;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final Socket socket;
    private final InputStream in;
    private final long deadline;

    private HttpGet(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = System.nanoTime() + LONGEST_NANOS;
    }

    /**
     * An answer.
     *
     * @param location of a redirect
     * @param body at most 4096 bytes of it
     */
    record Answer(int status, Optional<String> location, byte[] body) {}

    /** Asks for {@code target} at {@code host} (with its port where it is not the scheme's own). */
    static Answer over(Socket socket, String host, String target) throws IOException {
        OutputStream out = socket.getOutputStream();
        String request = "GET " + target + " HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: casemate-acme\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return new HttpGet(socket).answer();
    }

    private Answer answer() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("what answered does not speak HTTP/1.1");
        }
        Optional<String> location = Optional.empty();
        long length = -1;
        boolean chunked = false;
        for (int lines = 0; ; lines++) {
            String line = line();
            if (line.isEmpty()) {
                break;
            }
            if (lines == MOST_LINES) {
                throw new IOException("the answer has too many headers");
            }
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (name) {
                case "location" -> location = Optional.of(value);
                case "content-length" -> length = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
                case "transfer-encoding" ->
                    chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
                default -> {}
            }
        }
        return new Answer(Integer.parseInt(status[1]), location, chunked ? chunks() : body(length));
    }

    private byte[] body(long length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < LONGEST_BODY && (length < 0 || out.size() < length)) {
            int b = read();
            if (b < 0) {
                break;
            }
            out.write(b);
        }
        return out.toByteArray();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < LONGEST_BODY) {
            String size = line().split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new IOException("the answer's chunks are broken");
            }
            long left = Long.parseLong(size, 16);
            if (left == 0) {
                break;
            }
            while (left-- > 0 && out.size() < LONGEST_BODY) {
                int b = read();
                if (b < 0) {
                    throw new IOException("the answer ended early");
                }
                out.write(b);
            }
            if (out.size() < LONGEST_BODY) {
                line();
            }
        }
        return out.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                throw new IOException("the answer ended early");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("a line of the answer is too long");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    /** One byte at a time from the kernel's buffer is slow, and fast enough for a few hundred of them. */
    private int read() throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("the answer took too long");
        }
        socket.setSoTimeout((int) left);
        return in.read();
    }
}

package io.casemate.cli.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * HTTP/1.1 (RFC 9112) over one connected stream, kept open between requests while both sides agree.
 *
 * <p>The JDK's own client takes twice as long to start (ADR 0008), and offers no way to name the certificate's host or
 * to speak over a Unix socket.
 */
final class Wire implements Closeable {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 64 << 20;

    private final Closeable socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean reusable = true;

    Wire(Closeable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = new java.io.BufferedInputStream(in, 16384);
        this.out = out;
    }

    /** True while another request may follow on this connection. */
    boolean reusable() {
        return reusable;
    }

    /**
     * Sends a whole request and reads the whole answer.
     *
     * @param head request line and headers, ended by an empty line
     * @param body sent as it is; its length is already in the head
     */
    Answer exchange(String head, byte[] body) throws IOException {
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] request = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        out.write(request);
        out.flush();
        Head answer = finalHead();
        reusable = !answer.close;
        return new Answer(answer.status, readBody(answer), answer.location);
    }

    /**
     * Sends a body of any length; the body of a 200 goes to {@code sink}, any other is in the answer. A server that refuses
     * may do so before it has read everything.
     *
     * @param head as for {@link #exchange(String, byte[])}
     */
    Answer exchange(String head, InputStream body, OutputStream sink) throws IOException {
        out.write(head.getBytes(StandardCharsets.UTF_8));
        Head answer = answerTo(body);
        reusable = false;
        if (answer.status != 200) {
            return new Answer(answer.status, readBody(answer), answer.location);
        }
        if (answer.chunked) {
            copyChunks(sink, Long.MAX_VALUE);
        } else if (answer.length >= 0) {
            copy(answer.length, sink);
        } else {
            in.transferTo(sink);
        }
        return new Answer(answer.status, new byte[0], "");
    }

    private Head answerTo(InputStream body) throws IOException {
        try {
            body.transferTo(out);
            out.flush();
        } catch (SocketException refused) {
            return refusal(refused);
        }
        return finalHead();
    }

    private Head refusal(SocketException otherwise) throws IOException {
        try {
            return finalHead();
        } catch (IOException nothingSaid) {
            otherwise.addSuppressed(nothingSaid);
            throw otherwise;
        }
    }

    private Head finalHead() throws IOException {
        Head answer = readHead();
        while (answer.status >= 100 && answer.status < 200) {
            answer = readHead();
        }
        return answer;
    }

    /** The parts of an answer's head that matter here. */
    private static final class Head {
        private int status;
        private long length = -1;
        private boolean chunked;
        private boolean close;
        private String location = "";
    }

    private Head readHead() throws IOException {
        int[] budget = {MAX_HEAD};
        String line = readLine(budget);
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("the answer is not HTTP/1.1");
        }
        Head head = new Head();
        head.status = (int) number(line.substring(9, 12), 10);
        head.close = line.charAt(7) == '0';
        for (line = readLine(budget); !line.isEmpty(); line = readLine(budget)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                header(
                        head,
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return head;
    }

    private static void header(Head head, String name, String value) throws IOException {
        switch (name) {
            case "content-length" -> head.length = number(value, 10);
            case "transfer-encoding" -> head.chunked = value.equalsIgnoreCase("chunked");
            case "location" -> head.location = value;
            case "connection" -> head.close |= value.equalsIgnoreCase("close");
            default -> {}
        }
    }

    private byte[] readBody(Head head) throws IOException {
        if (head.status == 204 || head.status == 304) {
            return new byte[0];
        }
        if (head.chunked) {
            return readChunks();
        }
        if (head.length >= 0) {
            return exactly(checked(head.length));
        }
        reusable = false;
        byte[] rest = in.readNBytes(MAX_BODY + 1);
        checked(rest.length);
        return rest;
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        copyChunks(body, MAX_BODY);
        return body.toByteArray();
    }

    private void copyChunks(OutputStream to, long most) throws IOException {
        long sum = 0;
        int[] budget = {MAX_HEAD};
        while (true) {
            long length = number(readLine(budget).split(";", 2)[0].strip(), 16);
            if (length == 0) {
                break;
            }
            sum += length;
            if (sum > most) {
                throw tooLong();
            }
            copy(length, to);
            readLine(budget);
            budget[0] = MAX_HEAD;
        }
        while (!readLine(budget).isEmpty()) {
            // Trailers mean nothing to us.
        }
    }

    private void copy(long length, OutputStream to) throws IOException {
        byte[] step = new byte[65_536];
        for (long left = length; left > 0; ) {
            int n = in.read(step, 0, (int) Math.min(step.length, left));
            if (n < 0) {
                throw new EOFException("the connection closed in the middle of the answer");
            }
            to.write(step, 0, n);
            left -= n;
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection closed in the middle of the answer");
        }
        return bytes;
    }

    private static int checked(long length) throws IOException {
        if (length > MAX_BODY) {
            throw tooLong();
        }
        return (int) length;
    }

    private static IOException tooLong() {
        return new IOException("the answer is longer than 64 MiB");
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number < 0) {
                throw new IOException("the answer has a negative length");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a malformed number", e);
        }
    }

    private String readLine(int[] budget) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection closed before an answer came");
            }
            if (--budget[0] < 0) {
                throw new IOException("the answer's head is longer than 64 KiB");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

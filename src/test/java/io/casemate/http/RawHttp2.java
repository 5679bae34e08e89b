package io.casemate.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Writes HTTP/2 frames by hand, so that a test can stop in the middle of one. */
final class RawHttp2 {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private final OutputStream out;
    private final DataInputStream in;

    RawHttp2(Socket socket) throws IOException {
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /** Preface and SETTINGS with an initial window of {@code window} bytes. */
    RawHttp2 open(int window) throws IOException {
        out.write(PREFACE);
        send(SETTINGS, 0, 0, new byte[] {
            0, 4, (byte) (window >> 24), (byte) (window >> 16), (byte) (window >> 8), (byte) window
        });
        return this;
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(frame(type, flags, stream, payload));
        out.flush();
    }

    void raw(byte[] bytes, int from, int to) throws IOException {
        out.write(bytes, from, to - from);
        out.flush();
    }

    /** Type of the next frame; its payload is dropped. */
    int nextType() throws IOException {
        return next().type();
    }

    /** The next frame. */
    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /** A frame that arrived. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** Nothing more of its stream comes. */
        boolean last() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.write(stream >> 24);
        frame.write(stream >> 16);
        frame.write(stream >> 8);
        frame.write(stream);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** A header block (RFC 7541) of static and literal fields. */
    static byte[] head(boolean post, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(post ? 0x83 : 0x82);
        block.write(0x87);
        literal(block, 0x04, path);
        literal(block, 0x01, "127.0.0.1");
        return block.toByteArray();
    }

    /** The same of a POST with the length of its body. */
    static byte[] announcing(String path, long length) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(head(true, path));
        block.write(0x0f);
        literal(block, 28 - 0x0f, Long.toString(length));
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}

package io.casemate.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer of unknown length, which goes out piece by piece. The client has the time of an answer for each piece, and all
 * the time in the world between two of them.
 */
final class StreamedAnswer extends OutputStream {
    private final OutputStream out;
    private final Exchange exchange;

    StreamedAnswer(OutputStream out, Exchange exchange) {
        this.out = out;
        this.exchange = exchange;
        exchange.written();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    /** The piece is with the kernel when this returns. Nothing is written for an empty one, which would end the answer. */
    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (length > 0) {
            exchange.writing(length);
            out.write(bytes, from, length);
            out.flush();
            exchange.written();
        }
    }

    /** @throws IOException when the connection is gone, or the server is stopping */
    @Override
    public void flush() throws IOException {
        if (exchange.connection().draining() || !exchange.connection().open()) {
            throw new IOException("the connection ends");
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

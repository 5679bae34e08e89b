package io.casemate.audit.socket;

import io.casemate.audit.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A TCP or Unix stream connection whose peer may stop reading: every wait has an end. */
final class StreamWire implements Wire {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer unwanted = ByteBuffer.allocate(4096);

    private StreamWire(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    static StreamWire connect(SocketChannel channel, SocketAddress address, long until) throws IOException {
        StreamWire wire;
        try {
            wire = new StreamWire(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        try {
            boolean connected = channel.connect(address);
            while (!connected) {
                wire.await(SelectionKey.OP_CONNECT, until);
                connected = channel.finishConnect();
            }
            return wire;
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    @Override
    public void send(byte[] line, long until) throws IOException {
        noticeTheEnd();
        ByteBuffer rest = ByteBuffer.wrap(line);
        while (rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
                await(SelectionKey.OP_WRITE, until);
            }
        }
    }

    /** What is written after the peer went away is lost without an error, so its farewell is looked for before. */
    private void noticeTheEnd() throws IOException {
        int read;
        do {
            unwanted.clear();
            read = channel.read(unwanted);
        } while (read > 0);
        if (read < 0) {
            throw new EOFException("the other end closed the connection");
        }
    }

    private void await(int operation, long until) throws IOException {
        long left = (until - System.nanoTime()) / 1_000_000;
        key.interestOps(operation);
        if (left <= 0 || selector.select(left) == 0) {
            throw new SocketTimeoutException("the other end takes nothing");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            channel.close();
        }
    }
}

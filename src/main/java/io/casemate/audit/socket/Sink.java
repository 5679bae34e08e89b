package io.casemate.audit.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Where connections are made to. A name is resolved for each, so that a collector that moved is found. */
@FunctionalInterface
interface Sink {
    /**
     * Connects.
     *
     * @param until when to give up, a {@link System#nanoTime}
     */
    Wire connect(long until) throws IOException;

    static Sink tcp(String host, int port) {
        return until -> {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
            SocketChannel channel = SocketChannel.open();
            return StreamWire.connect(
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true)
                            .setOption(StandardSocketOptions.SO_KEEPALIVE, true),
                    address,
                    until);
        };
    }

    static Sink unix(Path path) {
        return until -> StreamWire.connect(
                SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path), until);
    }

    static Sink udp(String host, int port) {
        return _ -> {
            DatagramChannel channel = DatagramChannel.open();
            try {
                channel.connect(new InetSocketAddress(InetAddress.getByName(host), port));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return new DatagramWire(channel);
        };
    }

    static Sink unixgram(Path path) {
        return _ -> new UnixDatagramWire(io.casemate.audit.UnixDatagram.connect(path));
    }
}

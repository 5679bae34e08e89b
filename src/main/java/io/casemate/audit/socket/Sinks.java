package io.casemate.audit.socket;

import io.casemate.audit.Link;
import io.casemate.audit.UnixWire;
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
final class Sinks {
    private Sinks() {}

    static Link.Maker tcp(String host, int port) {
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

    static Link.Maker unix(Path path) {
        return until -> StreamWire.connect(
                SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path), until);
    }

    static Link.Maker udp(String host, int port) {
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

    static Link.Maker unixgram(Path path) {
        return _ -> UnixWire.connect(path);
    }
}

package io.casemate.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections to one address: TCP with TLS 1.2 or 1.3, plain TCP, or a Unix socket. */
final class Dialer {
    private final Address address;
    private final Settings settings;
    private final Trust trust;
    private SSLContext context;

    Dialer(Address address, Settings settings, Trust trust) {
        this.address = address;
        this.settings = settings;
        this.trust = trust;
    }

    /** A connection whose server, with TLS, has shown a certificate for its name (RFC 9110, 4.3.4). */
    Wire dial() throws IOException {
        return dial(settings.timeout());
    }

    /** The same with another patience for each answer. */
    Wire dial(Duration patience) throws IOException {
        if (address.unix()) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(address.host()));
            return new Wire(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        }
        if (address.secure() && context == null) {
            context = trust.context();
        }
        int timeout = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address.host(), address.port()), timeout);
        socket.setSoTimeout(timeout);
        Socket end = address.secure() ? secured(socket) : socket;
        return new Wire(end, end.getInputStream(), end.getOutputStream());
    }

    private SSLSocket secured(Socket plain) throws IOException {
        String name = settings.text("tls-server-name", address.host());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, address.port(), true);
        if (!settings.skipVerify()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }
}

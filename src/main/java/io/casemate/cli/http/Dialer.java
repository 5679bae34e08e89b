package io.casemate.cli.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections to one address: TCP with TLS 1.2 or 1.3, plain TCP, or a Unix socket. */
final class Dialer {
    private final Address address;
    private final Settings settings;
    private final Trust trust;
    private final Names names;
    private SSLContext context;

    /** Knows the addresses of names. */
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String name) throws UnknownHostException;
    }

    Dialer(Address address, Settings settings, Trust trust, Names names) {
        this.address = address;
        this.settings = settings;
        this.trust = trust;
        this.names = names;
    }

    /** A connection whose server, with TLS, has shown a certificate for its name (RFC 9110, 4.3.4), before {@code watch} ends. */
    Wire dial(Watch watch) throws IOException {
        if (address.unix()) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            watch.on(channel);
            channel.connect(UnixDomainSocketAddress.of(address.host()));
            return new Wire(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        }
        if (address.secure() && context == null) {
            context = trust.context();
        }
        Socket socket = connected(watch);
        Socket end = address.secure() ? secured(socket) : socket;
        return new Wire(socket, end.getInputStream(), end.getOutputStream());
    }

    /** The first of the name's addresses that answers; each gets its share of the time that is left. */
    private Socket connected(Watch watch) throws IOException {
        InetAddress[] all = names.of(address.host());
        IOException first = null;
        for (int i = 0; i < all.length; i++) {
            Socket socket = new Socket();
            try {
                watch.on(socket);
                socket.setTcpNoDelay(true);
                long share = watch.left().toMillis() / (all.length - i);
                socket.connect(new InetSocketAddress(all[i], address.port()), Math.clamp(share, 1, Integer.MAX_VALUE));
                return socket;
            } catch (IOException e) {
                socket.close();
                first = first == null ? e : first;
            }
        }
        throw first == null ? new UnknownHostException(address.host()) : first;
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

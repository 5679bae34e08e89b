package io.casemate.audit.socket;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Link;
import io.casemate.kernel.Fault;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Devices of type {@code socket}: options {@code address} ({@code host:port}, or a path for Unix sockets), {@code socket_type}
 * ({@code tcp} when absent, {@code udp}, {@code unix}, {@code unixgram}) and {@code write_timeout}, 2 seconds when absent.
 */
public final class SocketDeviceFactory implements AuditDevice.Factory {
    private static final int HIGHEST_PORT = 65_535;

    @Override
    public String type() {
        return "socket";
    }

    @Override
    public AuditDevice create(String name, Map<String, String> options) {
        String address = options.getOrDefault("address", "").strip();
        if (address.isEmpty()) {
            throw Fault.badRequest("option 'address' is missing: host:port, or the path of a Unix socket");
        }
        String type = options.getOrDefault("socket_type", "").strip();
        Duration patience = AuditDevice.writeTimeout(options);
        Link.Maker sink = switch (type) {
            case "", "tcp" -> Sinks.tcp(host(address), port(address));
            case "udp" -> Sinks.udp(host(address), port(address));
            case "unix" -> Sinks.unix(path(address));
            case "unixgram" -> Sinks.unixgram(path(address));
            default -> throw Fault.badRequest("option 'socket_type': expected tcp, udp, unix or unixgram");
        };
        return new SocketDevice(type.isEmpty() ? "tcp" : type, address, sink, patience);
    }

    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.contains(":") || host.contains("/")) {
            throw Fault.badRequest("option 'address': expected host:port, such as logs.example.org:9090 or [::1]:9090");
        }
        return host;
    }

    private static int port(String address) {
        String text = address.substring(address.lastIndexOf(':') + 1);
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > HIGHEST_PORT) {
            throw Fault.badRequest("option 'address': expected a port from 1 to 65535 after the colon");
        }
        return port;
    }

    private static Path path(String address) {
        try {
            Path path = Path.of(address);
            if (!path.isAbsolute()) {
                throw Fault.badRequest("option 'address': expected the absolute path of a Unix socket");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new Fault.BadRequest(List.of("option 'address': not a path")).causedBy(e);
        }
    }
}

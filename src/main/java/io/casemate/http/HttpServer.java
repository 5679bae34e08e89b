package io.casemate.http;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Service;
import io.casemate.sys.CorsConfig;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves a {@link Service} over TLS 1.3 and 1.2, HTTP/1.1 and HTTP/2, each request on its own virtual thread. Helidon with
 * its defaults mended, see docs/adr/0006-helidon-mended.md.
 */
public final class HttpServer implements AutoCloseable {
    private static final List<String> SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    private static final int LONGEST_REQUEST_LINE = 16_384;
    private static final int STREAM_WINDOW = 262_144;
    private static final Duration LAST_GRACE = Duration.ofMillis(500);
    private static final Duration FILE_CHECKS = Duration.ofSeconds(2);

    private final Duration drain;
    private final Connections connections;
    private final ServerKeys keys;
    private final CertificateReloader reloader;
    private final WebServer server;
    private final InetAddress address;

    private HttpServer(HttpSettings settings, ApiHandler.Served served, SecureRandom random) {
        keys = new ServerKeys(TlsIdentity.load(settings.certificate(), settings.key()));
        drain = settings.timeouts().drain();
        connections = new Connections(settings.timeouts(), settings.limits().connections());
        reloader = new CertificateReloader(keys, settings, FILE_CHECKS);
        ApiHandler handler = new ApiHandler(served, settings.limits(), connections, random);
        address = address(settings);
        NothingDiscovered.settle();
        server = configure(settings).routing(HttpRouting.builder().any(handler)).build();
    }

    /**
     * Whether certificate, key and address can be used, without serving.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when they cannot
     */
    public static void check(HttpSettings settings) {
        TlsIdentity.load(settings.certificate(), settings.key());
        address(settings);
    }

    /** Starts serving programs only: no web page may call. */
    public static HttpServer start(HttpSettings settings, Service service, SecureRandom random) {
        return start(settings, service, () -> CorsConfig.DISABLED, Set.of(), random);
    }

    /**
     * Starts serving; returns when the port is open.
     *
     * @param cors which web pages may call, asked for each request
     * @param uploads paths below {@code /v1/} that take a body of any length, which is left to the service to read
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when certificate, key, address or port cannot be used
     */
    public static HttpServer start(
            HttpSettings settings,
            Service service,
            Supplier<CorsConfig> cors,
            Set<String> uploads,
            SecureRandom random) {
        HttpServer http = new HttpServer(settings, new ApiHandler.Served(service, new Cors(cors), uploads), random);
        http.server.start();
        if (!http.server.isRunning()) {
            http.close();
            throw new Fault.Misconfigured(List.of("cannot listen on " + settings.address() + ":" + settings.port()
                            + ": is the port in use, may this user open it?"))
                    .asException();
        }
        return http;
    }

    /** The TCP port listened on, also when the kernel chose it. */
    public int port() {
        return server.port();
    }

    /**
     * Whether a client that connects now gets an HTTP answer, of any status, within some seconds: connection, handshake with
     * the certificate in use, and a request for {@code sys/health}.
     */
    public boolean answers() {
        return server.isRunning()
                && new SelfProbe(address, port(), () -> keys.current().chain().getFirst()).answers();
    }

    /** When the certificate in use ends. */
    public Instant certificateEnd() {
        return certificate().getNotAfter().toInstant();
    }

    /** The certificate in use. */
    public X509Certificate certificate() {
        return keys.current().chain().getFirst();
    }

    /**
     * Reads certificate and key again, as on SIGHUP; connections that stand are not touched. Files that cannot be used
     * leave the old certificate in use, which the log tells.
     *
     * @return whether the files' certificate is the one in use now
     */
    public boolean reload() {
        return reloader.reload();
    }

    /**
     * Stops accepting, lets requests under way finish for as long as the settings' drain, then ends what is left. Returns
     * when it is over, sooner when nothing is under way.
     */
    @Override
    public void close() {
        connections.drain(drain);
        server.stop();
        connections.close();
        reloader.close();
    }

    private WebServerConfig.Builder configure(HttpSettings settings) {
        HttpSettings.Limits limits = settings.limits();
        HttpSettings.Timeouts timeouts = settings.timeouts();
        return WebServer.builder()
                .address(address)
                .port(settings.port())
                .shutdownHook(false)
                .shutdownGracePeriod(LAST_GRACE)
                .tls(tls())
                .connectionOptions(new AcceptedSockets(connections))
                .maxTcpConnections(limits.connections())
                .directHandlers(DirectErrors.handlers(connections))
                .protocolsDiscoverServices(false)
                .featuresDiscoverServices(false)
                .contentEncoding(encoding -> encoding.contentEncodingsDiscoverServices(false))
                .mediaContext(media -> media.mediaSupportsDiscoverServices(false))
                .addConnectionSelector(
                        Http1ConnectionSelector.builder().config(http1(limits)).build())
                .addConnectionSelector(Http2ConnectionSelector.builder()
                        .http2Config(http2(limits, timeouts))
                        .build());
    }

    private static Http1Config http1(HttpSettings.Limits limits) {
        return Http1Config.builder()
                .maxHeadersSize(limits.headers())
                .maxPrologueLength(LONGEST_REQUEST_LINE)
                .sendKeepAliveHeader(false)
                .build();
    }

    private static Http2Config http2(HttpSettings.Limits limits, HttpSettings.Timeouts timeouts) {
        return Http2Config.builder()
                // A path that Helidon cannot parse would end the connection, with all its streams; ours is a 400.
                .validatePath(false)
                .maxHeaderListSize(limits.headers())
                .maxConcurrentStreams(StreamLimit.ALLOWED)
                .initialWindowSize(STREAM_WINDOW)
                .flowControlTimeout(timeouts.write())
                .build();
    }

    private Tls tls() {
        return Tls.builder()
                .sslContext(WatchedTls.create(keys, connections))
                .clientAuth(TlsClientAuth.OPTIONAL)
                .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                .enabledCipherSuites(SUITES)
                .build();
    }

    private static InetAddress address(HttpSettings settings) {
        try {
            return InetAddress.getByName(settings.address());
        } catch (UnknownHostException e) {
            throw new Fault.Misconfigured(List.of("listener address '" + settings.address() + "' is no address of this"
                            + " machine: use a numeric one, such as 127.0.0.1 or 0.0.0.0"))
                    .causedBy(e);
        }
    }
}

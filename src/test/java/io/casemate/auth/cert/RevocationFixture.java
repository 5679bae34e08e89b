package io.casemate.auth.cert;

import static io.casemate.auth.MethodDriver.refusal;

import com.sun.net.httpserver.HttpServer;
import io.casemate.auth.MethodDriver;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An authority of openssl with two clients, a method with a role for both, and a web server that hands out what a test puts there. */
abstract class RevocationFixture {
    static final String CLIENT = "extendedKeyUsage=clientAuth";

    final AtomicInteger fetches = new AtomicInteger();
    volatile byte[] served = {};
    volatile int status = 200;
    OpensslAuthority authority;
    MethodDriver method;
    Request.Peer good;
    Request.Peer bad;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer web;

    @BeforeEach
    final void makeCertificates(@TempDir Path folder) throws IOException {
        authority = new OpensslAuthority(folder);
        authority.root("root");
        authority.issue("root", "good", "/CN=good", CLIENT);
        authority.issue("root", "bad", "/CN=bad", CLIENT);
        good = authority.showing("good");
        bad = authority.showing("bad");
        method = new MethodDriver(new CertFactory());
        role(Map.of());
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setExecutor(threads);
        web.createContext("/", exchange -> {
            fetches.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, served.length == 0 ? -1 : served.length);
            exchange.getResponseBody().write(served);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    final void stop() {
        web.stop(0);
        threads.shutdownNow();
        method.close();
    }

    /** The role that trusts the root, with {@code more} laid over. */
    final void role(Map<String, Object> more) {
        Map<String, Object> data = new HashMap<>(Map.of("certificate", authority.pem("root"), "token_policies", "p"));
        data.putAll(more);
        method.call(Operation.UPDATE, "certs/web", data);
    }

    final String refused(Request.Peer peer) {
        return refusal(() -> method.login(Map.of(), peer));
    }

    final void list(String field, String value) {
        method.call(Operation.UPDATE, "crls/root", Map.of(field, value));
    }

    final String url() {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/root.crl";
    }

    final void serve(String pem) {
        served = pem.getBytes(StandardCharsets.US_ASCII);
    }
}

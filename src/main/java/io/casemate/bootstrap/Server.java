package io.casemate.bootstrap;

import io.casemate.config.ServerConfig;
import io.casemate.core.SealStatus;
import io.casemate.http.HttpServer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/** The running server. */
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.bootstrap");

    private final Wiring wiring;
    private final HttpServer http;
    private final Optional<DoctorDoor> doctor;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ReentrantLock closing = new ReentrantLock();

    private Server(Wiring wiring, HttpServer http) {
        this.wiring = wiring;
        this.http = http;
        this.doctor = DoctorDoor.open(System.getenv(), wiring.doctor()::examined);
    }

    /**
     * Starts: the API answers, sealed, when this returns; unsealing goes on in the background.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} or {@code StorageFailed}; nothing is left open then
     */
    public static Server start(ServerConfig config) {
        return start(config, () -> {});
    }

    /**
     * The same, after {@code examination} let it pass. The HSMs' own processes begin before it, since all wait for them in the
     * end; they are asked for nothing until it is over.
     */
    static Server start(ServerConfig config, Runnable examination) {
        Wiring wiring = Wiring.of(config, examination);
        try {
            OperationsWiring operations = wiring.operations();
            operations.reload("audit", wiring.audit()::reopen);
            operations.reload("seal", wiring::retry);
            wiring.start(); // the HSM is asked while the listener is made
            Server server = new Server(
                    wiring,
                    HttpServer.start(
                            config.listener(), wiring.door(), operations::cors, wiring.uploads(), wiring.random()));
            operations.listener(server.http);
            LOG.log(
                    System.Logger.Level.INFO,
                    "listening on {0}, port {1,number,#}",
                    config.listener().address(),
                    server.port());
            return server;
        } catch (RuntimeException e) {
            wiring.close();
            throw e;
        }
    }

    /** The TCP port listened on. */
    public int port() {
        return http.port();
    }

    /** What SIGHUP means: certificate and log files are opened again, and a corrected PIN is tried. */
    public void reload() {
        wiring.operations().reloadAll();
    }

    /** Whether a client would get an answer now; asks over TLS like one. For a watchdog. */
    public boolean answers() {
        return http.answers();
    }

    /** Open or sealed, and why, in one line for humans. */
    public String status() {
        SealStatus status = wiring.unsealer().status();
        if (!status.sealed()) {
            return "unsealed";
        }
        return status.initialized()
                ? "sealed"
                        + status.trouble()
                                .map(trouble -> ": " + trouble.error())
                                .orElse("")
                : "not initialised";
    }

    /** Returns when the server was closed. */
    public void await() throws InterruptedException {
        stopped.await();
    }

    /** Finishes what is under way, seals, and closes the store. A second call waits for the first and does nothing. */
    @Override
    public void close() {
        closing.lock();
        try {
            if (stopped.getCount() > 0) {
                doctor.ifPresent(DoctorDoor::close);
                http.close();
                wiring.close();
            }
        } finally {
            stopped.countDown();
            closing.unlock();
        }
    }
}

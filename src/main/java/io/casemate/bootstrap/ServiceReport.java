package io.casemate.bootstrap;

import io.casemate.kernel.Repeated;
import io.casemate.os.Supervisor;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Tells the service manager that the server is up, and how it stands. Its watchdog is fed only when the server has just
 * answered a request like a client's: a server that hangs is ended and started anew.
 */
final class ServiceReport implements AutoCloseable {
    /** So many probes fit into the watchdog's time; the last may fail. */
    private static final int PROBES = 3;

    private static final Duration USUAL = Duration.ofSeconds(10);

    private final Supervisor supervisor;
    private final BooleanSupplier answers;
    private final Supplier<String> status;
    private final Repeated reports = new Repeated(Thread.ofPlatform().daemon(), "casemate-service", this::reported);
    private String told = "";

    private ServiceReport(Supervisor supervisor, BooleanSupplier answers, Supplier<String> status) {
        this.supervisor = supervisor;
        this.answers = answers;
        this.status = status;
    }

    /**
     * Says that the server is up, and goes on in the background; does nothing where there is no service supervisor.
     *
     * @param answers whether a client gets an answer now
     * @param status one line for humans
     */
    static ServiceReport start(Supervisor supervisor, BooleanSupplier answers, Supplier<String> status) {
        ServiceReport report = new ServiceReport(supervisor, answers, status);
        if (supervisor.present()) {
            supervisor.ready();
            report.reports.start(Duration.ZERO);
        }
        return report;
    }

    private Duration reported() {
        if (supervisor.watchdog().isPresent() && answers.getAsBoolean()) {
            supervisor.alive();
        }
        String now = status.get();
        if (!now.equals(told)) {
            supervisor.status(now);
            told = now;
        }
        return supervisor.watchdog().map(each -> each.dividedBy(PROBES)).orElse(USUAL);
    }

    /** Says that the server is about to end; from then on the watchdog is not fed any more. */
    @Override
    public void close() {
        supervisor.stopping();
        reports.stop();
    }
}

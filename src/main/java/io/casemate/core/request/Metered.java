package io.casemate.core.request;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import io.casemate.metrics.Count;
import io.casemate.metrics.Meters;
import io.casemate.metrics.Timer;

/** Counts and times the requests that pass. */
public final class Metered implements Service {
    private final Service service;
    private final Timer requests;
    private final Timer logins;
    private final Count denied;
    private final Count failed;

    /** Passes everything on to {@code service}. */
    public Metered(Service service, Meters meters) {
        this.service = service;
        this.requests = meters.timer("vault.core.handle_request", "Requests, but for logins, in milliseconds.");
        this.logins = meters.timer("vault.core.handle_login_request", "Logins, in milliseconds.");
        this.denied = meters.count("casemate.core.requests_denied", "Requests refused for want of permission.");
        this.failed = meters.count(
                "casemate.core.requests_failed", "Requests that the server, its store or its HSM could not serve.");
    }

    @Override
    public Response handle(Request request) {
        long began = System.nanoTime();
        try {
            return service.handle(request);
        } catch (FaultException e) {
            count(e.fault());
            throw e;
        } finally {
            (login(request) ? logins : requests).since(began);
        }
    }

    private void count(Fault fault) {
        switch (fault) {
            case Fault.PermissionDenied _ -> denied.more();
            case Fault.StorageFailed _,
                    Fault.HsmFailed _,
                    Fault.Internal _,
                    Fault.Misconfigured _,
                    Fault.UpstreamFailed _ -> failed.more();
            default -> {}
        }
    }

    private static boolean login(Request request) {
        String path = request.path().value();
        return request.operation() == Operation.UPDATE
                && path.startsWith("auth/")
                && (path.endsWith("/login") || path.contains("/login/"));
    }
}

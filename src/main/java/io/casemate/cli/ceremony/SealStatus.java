package io.casemate.cli.ceremony;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;

/** What the server says of its seal, for commands that depend on it. */
final class SealStatus {
    private SealStatus() {}

    /** Whether an HSM unseals it: its shares authorise and do not unseal. */
    static boolean byHsm(Session session, String doing) {
        return Values.bool(
                session.send(doing, Call.get("sys/seal-status").preflight()).json(), "recovery_seal");
    }
}

package io.casemate.cli.operator;

import io.casemate.cli.http.Values;
import java.util.List;
import java.util.Map;

/** What guards the root key, what a change of the configuration will do about it, and what must not be lost: in words. */
final class SealPlan {
    private final Map<String, Object> status;
    private final List<Map<String, Object>> backends;
    private final boolean complete;
    private final long needed;
    private final long wanted;
    private final StringBuilder out = new StringBuilder();

    /** From the answers of {@code sys/seal-status} and {@code sys/seal-backend-status}. */
    SealPlan(Map<String, Object> status, Map<String, Object> health) {
        this.status = status;
        this.complete = Values.bool(health, "fully_wrapped");
        this.needed = Math.max(1, Values.number(health, "quorum"));
        this.wanted = Math.max(1, Values.number(health, "quorum_configured"));
        this.backends = health.get("backends") instanceof List<?> list
                ? list.stream().map(Values::map).toList()
                : List.of();
    }

    /** The plan. */
    String text() {
        now();
        if (Boolean.FALSE.equals(status.get("initialized"))) {
            section("What will happen", "Nothing: the server is not initialised.");
            return out.toString();
        }
        boolean byDevice = Values.bool(status, "recovery_seal");
        if (Values.bool(status, "migration")) {
            if (byDevice) {
                toShares();
            } else {
                toDevices();
            }
        } else if (byDevice && Values.bool(status, "sealed")) {
            opening();
        } else if (byDevice && !complete) {
            rewrapping();
        } else if (byDevice && leaving().count() > 0) {
            leftover();
        } else {
            section("What will happen", "Nothing: what is stored is what the configuration asks for.");
        }
        return out.toString();
    }

    private void now() {
        String shares = Values.number(status, "t") + " of " + Values.number(status, "n");
        section(
                "What is",
                "The root key is guarded by "
                        + (Values.bool(status, "recovery_seal")
                                ? "HSMs. The " + shares + " recovery shares authorise; they do not decrypt."
                                : "people: " + shares + " unseal shares open the server."),
                "The server is " + (Values.bool(status, "sealed") ? "sealed." : "open."));
        if (needed > 1) {
            line("  Any " + needed + " of these HSMs open it together, none alone.");
        }
        for (Map<String, Object> each : backends) {
            boolean healthy = Values.bool(each, "healthy");
            line("  " + Values.text(each, "name") + ": " + (healthy ? "healthy" : "NOT healthy")
                    + (Values.bool(each, "wrapped") ? ", wraps " + part() : ", has no wrap of " + part())
                    + (Values.bool(each, "disabled") ? ", disabled: opens, wraps no more" : ""));
            if (!healthy) {
                line("      " + Values.text(each, "problem"));
            }
        }
        if (Values.bool(status, "emergency_seal")) {
            line("  EMERGENCY SHARES exist: any " + Values.number(status, "emergency_t") + " of "
                    + Values.number(status, "emergency_n") + " open the server without an HSM.");
        }
    }

    private void toDevices() {
        section(
                "What will happen",
                "With -migrate, the unseal shares open the root key, and each of these HSMs wraps "
                        + (wanted > 1 ? "a share of it" : "it") + ": " + targets() + ".",
                "All of them have to be healthy. Each wrap is opened and compared before anything is stored; then one",
                "step on disk makes it so. Interrupted before that step, the shares open the server as today.");
        section(
                "What must be kept",
                "Keep every share. They become recovery shares: needed to authorise, unable to decrypt.",
                "Keep the keys on the HSMs, with a backup by the HSM's own means: without them the data is lost.");
        section(
                "Next",
                "casemate operator unseal -migrate      (once for each of " + Values.number(status, "t") + " shares)",
                "casemate operator unseal               (opens by shares and stays with them, for today)");
    }

    private void toShares() {
        section(
                "What will happen",
                "With -migrate, the recovery shares and an HSM open the root key, and the key of these shares wraps it.",
                "One step on disk makes it so; before it the HSM opens the server as today. Then no HSM opens it.");
        section(
                "What must be kept",
                "Keep every recovery share. They become unseal shares: without " + Values.number(status, "t")
                        + " of them THE DATA IS LOST.",
                "Keep the HSM until the server was restarted and opened by shares once.",
                "Signing keys that engines have in the HSM stay there: move or renew those first.");
        section(
                "Next",
                "casemate operator unseal -migrate      (once for each of " + Values.number(status, "t") + " shares)");
    }

    /** A sealed server changes nothing: first it has to open, and only who wraps the root key opens it. */
    private void opening() {
        boolean possible =
                backends.stream().filter(each -> Values.bool(each, "wrapped")).count() >= needed;
        String which = (needed > 1 ? needed : "one") + " of the HSMs above that wrap " + part()
                + (needed > 1 ? " are healthy" : " is healthy");
        section(
                "What will happen",
                possible
                        ? "The server opens by itself as soon as " + which + ";"
                        : "The server does not open by itself: too few of the HSMs configured wrap " + part() + ".",
                possible
                        ? "after 'operator seal' or a refused PIN only by the recovery shares, or by a restart."
                        : "Nothing of what is stored changes before it is open.");
        section(
                "What must be kept",
                "Every HSM that wraps the root key, also one that the configuration does not name any more.");
        section(
                "Next",
                possible
                        ? "Bring an HSM back: power, network, PIN."
                        : "Configure those HSMs again, under their names, and restart.");
        if (Values.bool(status, "emergency_seal")) {
            line("  Or: casemate operator unseal -emergency   (once for each of " + Values.number(status, "emergency_t")
                    + " shares)");
        }
    }

    private void rewrapping() {
        if (needed != wanted) {
            section(
                    "What will happen",
                    "As soon as every HSM in use is healthy at the same time, in one step on disk: "
                            + (wanted > 1
                                    ? "any " + wanted + " of them open the root key together, none alone."
                                    : "each of them opens the root key alone."),
                    "Until then it is as today. Disabled HSMs open nothing after it. Nobody has to give a share.");
            section(
                    "What must be kept",
                    "Keep every HSM that wraps the root key now until this plan says that nothing is left to happen.");
            section(
                    "Next",
                    "casemate operator seal migrate -plan   (until it says so)",
                    "casemate write -f sys/rotate/root      (then: older copies open nothing written later)");
            return;
        }
        section(
                "What will happen",
                "By itself, as soon as each HSM above is healthy: every configured HSM gets a wrap that was opened and",
                "compared, and the wraps of HSMs that are not configured any more are dropped. Nobody has to give a share.");
        section(
                "What must be kept",
                "Keep every HSM that wraps the root key now until this plan says that nothing is left to happen.");
        section("Next", "casemate operator seal migrate -plan   (until it says so)");
    }

    private void leftover() {
        section(
                "What will happen",
                "Nothing by itself: every HSM in use wraps the root key. The disabled ones keep their wraps, as a way back,",
                "until they are taken out of the configuration and the server is restarted.");
        section("What must be kept", "Keep the HSMs in use. The disabled ones are not needed any more.");
        section("Next", "Take the disabled seals out of the configuration, restart, and ask for this plan again.");
    }

    private String part() {
        return needed > 1 ? "a share of the root key" : "the root key";
    }

    private java.util.stream.Stream<Map<String, Object>> leaving() {
        return backends.stream().filter(each -> Values.bool(each, "disabled"));
    }

    private String targets() {
        return String.join(
                ", ",
                backends.stream()
                        .filter(each -> !Values.bool(each, "disabled"))
                        .map(each -> Values.text(each, "name"))
                        .toList());
    }

    private void section(String title, String... lines) {
        out.append(out.isEmpty() ? "" : "\n").append(title).append('\n');
        for (String each : lines) {
            line("  " + each);
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}

package io.casemate.doctor;

import java.util.List;

/** Tokens, audit devices and open doors, as the server sees them. */
final class ServerChecks {
    static final List<Check> ALL = List.of(
            Check.at("token.root", Practice.ROOT_TOKEN, Severity.HIGH)
                    .title("Root tokens are alive")
                    .why("A root token may do everything and never ends.")
                    .from("the server counts tokens with the policy root")
                    .remedy(
                            "casemate token revoke -accessor with each (list auth/token/accessors); a quorum makes a new one when needed")
                    .probe(ServerChecks::rootTokens),
            Check.at("audit.devices", Practice.AUDIT, Severity.HIGH)
                    .title("Nothing is audited")
                    .why("Nobody can tell afterwards who had which secret.")
                    .from("the server's audit devices")
                    .remedy("casemate audit enable file file_path=/var/log/casemate/audit.log")
                    .probe(scene ->
                            Finding.of(!devices(scene).isEmpty(), devices(scene).size() + " audit devices")),
            Check.at("audit.raw", Practice.AUDIT, Severity.MEDIUM)
                    .title("An audit device writes secrets in the clear")
                    .why("Who reads the log reads tokens and secrets.")
                    .from("log_raw of the server's audit devices")
                    .remedy("Disable the device and enable it again without log_raw")
                    .probe(scene -> none(scene, "log_raw", "writes raw values")),
            Check.at("audit.failing", Practice.AUDIT, Severity.HIGH)
                    .title("An audit device does not take its entries")
                    .why("When the last one fails, the server stops serving; until then entries are missing.")
                    .from("the server: the last entry of each device")
                    .remedy("casemate read sys/audit/PATH tells why; a full disk is the usual reason")
                    .probe(scene -> none(scene, "failing", "fails")),
            Check.at("api.ceremonies", Practice.ROOT_TOKEN, Severity.MEDIUM)
                    .title("Ceremonies are open to callers without a token")
                    .why("Anybody can cancel them, or start one of his own.")
                    .from("the server's enable_unauthenticated_access")
                    .remedy("Take enable_unauthenticated_access out of the configuration, and restart")
                    .probe(scene -> Finding.of(
                            scene.facts().get().texts("open_ceremonies").isEmpty(),
                            "open: " + scene.facts().get().texts("open_ceremonies"))),
            Check.at("api.metrics", Practice.FIREWALL, Severity.LOW)
                    .title("Metrics need no token")
                    .why("They tell strangers how the server is used and when it suffers.")
                    .from("the server's unauthenticated_metrics_access")
                    .remedy("Set telemetry.unauthenticated_metrics_access: false, and give the collector a token")
                    .probe(scene -> Finding.of(
                            !scene.facts().get().flag("open_metrics"),
                            "open: " + scene.facts().get().flag("open_metrics"))));

    private ServerChecks() {}

    private static Finding rootTokens(ExaminationContext scene) {
        Facts facts = scene.facts().get();
        long count = facts.number("root_tokens");
        if (count == 0 && !facts.flag("root_tokens_complete")) {
            return Finding.unknown("there are too many tokens to count; none of those that were looked at is root");
        }
        return Finding.of(count == 0, "root tokens: " + count);
    }

    private static List<Facts> devices(ExaminationContext scene) {
        return scene.facts().get().each("audit_devices");
    }

    private static Finding none(ExaminationContext scene, String flag, String what) {
        List<String> bad = devices(scene).stream()
                .filter(device -> device.flag(flag))
                .map(device -> device.text("path"))
                .toList();
        return Finding.of(bad.isEmpty(), bad.isEmpty() ? "no device " + what : bad + " " + what);
    }
}

package io.casemate.cli.operator;

import io.casemate.cli.http.Values;
import io.casemate.cli.output.Table;
import java.util.Map;

/** The rows of {@code status} and {@code operator unseal}. */
final class SealTable {
    private SealTable() {}

    /**
     * The table.
     *
     * @param status answer of {@code sys/seal-status}
     * @param leader answer of {@code sys/leader}, empty if there is none
     */
    static Table of(Map<String, Object> status, Map<String, Object> leader) {
        boolean recovery = Values.bool(status, "recovery_seal");
        boolean sealed = Values.bool(status, "sealed");
        Table table = Table.of("Key", "Value");
        table.row(recovery ? "Recovery Seal Type" : "Seal Type", status.get("type"));
        table.row("Initialized", status.get("initialized"));
        table.row("Sealed", status.get("sealed"));
        table.optional("Seal Error", Values.text(status, "seal_error"));
        table.optional("Next Attempt", Values.text(status, "seal_next_attempt"));
        table.row(recovery ? "Total Recovery Shares" : "Total Shares", status.get("n"));
        table.row("Threshold", status.get("t"));
        if ((sealed && !recovery) || Values.number(status, "progress") > 0) {
            table.row("Unseal Progress", Values.number(status, "progress") + "/" + Values.number(status, "t"));
            table.row("Unseal Nonce", Values.text(status, "nonce"));
        }
        if (Values.bool(status, "migration")) {
            table.row("Seal Migration in Progress", true);
        }
        if (Values.bool(status, "emergency_seal")) {
            table.row(
                    "Emergency Shares",
                    Values.number(status, "emergency_t") + " of " + Values.number(status, "emergency_n")
                            + " unseal without the HSM");
        }
        table.row("Version", version(status));
        table.optional("Build Date", Values.text(status, "build_date"));
        table.optional("Storage Type", Values.text(status, "storage_type"));
        table.optional("Cluster Name", Values.text(status, "cluster_name"));
        table.optional("Cluster ID", Values.text(status, "cluster_id"));
        leader(table, leader);
        return table;
    }

    private static void leader(Table table, Map<String, Object> leader) {
        if (!leader.containsKey("ha_enabled")) {
            return;
        }
        table.row("HA Enabled", leader.get("ha_enabled"));
        if (Values.bool(leader, "ha_enabled")) {
            table.row("HA Mode", Values.bool(leader, "is_self") ? "active" : "standby");
            table.optional("Active Node Address", Values.text(leader, "leader_address"));
            table.optional("Active Since", Values.bool(leader, "is_self") ? Values.text(leader, "active_time") : "");
        }
    }

    private static Object version(Map<String, Object> status) {
        Object own = status.get("casemate_version");
        return own == null ? status.get("version") : own + " (API " + status.get("version") + ")";
    }
}

package io.casemate.cli.mount;

import io.casemate.cli.http.Values;
import io.casemate.cli.output.Table;
import java.util.Map;

/** Mounts as tables. */
final class MountTable {
    private MountTable() {}

    static Table brief(Map<String, Object> mounts) {
        Table table = Table.of("Path", "Type", "Accessor", "Description");
        mounts.forEach((path, value) -> {
            Map<String, Object> mount = Values.map(value);
            table.row(path, text(mount, "type"), text(mount, "accessor"), text(mount, "description"));
        });
        return table;
    }

    static Table detailed(Map<String, Object> mounts) {
        Table table = Table.of(
                "Path",
                "Plugin",
                "Accessor",
                "Default TTL",
                "Max TTL",
                "Replication",
                "Seal Wrap",
                "Options",
                "Description",
                "UUID");
        mounts.forEach((path, value) -> {
            Map<String, Object> mount = Values.map(value);
            Map<String, Object> config = Values.map(mount.get("config"));
            table.row(
                    path,
                    text(mount, "type"),
                    text(mount, "accessor"),
                    ttl(config, "default_lease_ttl"),
                    ttl(config, "max_lease_ttl"),
                    Values.bool(mount, "local") ? "local" : "replicated",
                    Values.bool(mount, "seal_wrap"),
                    Values.shown(Values.map(mount.get("options"))),
                    text(mount, "description"),
                    text(mount, "uuid"));
        });
        return table;
    }

    /** Audit devices. */
    static Table audit(Map<String, Object> devices, boolean detailed) {
        Table table = detailed
                ? Table.of("Path", "Type", "Description", "Replication", "Options")
                : Table.of("Path", "Type", "Description");
        devices.forEach((path, value) -> {
            Map<String, Object> device = Values.map(value);
            Object replication = Values.bool(device, "local") ? "local" : "replicated";
            StringBuilder options = new StringBuilder();
            Values.map(device.get("options"))
                    .forEach((name, option) -> options.append(options.isEmpty() ? "" : " ")
                            .append(name)
                            .append('=')
                            .append(Values.shown(option)));
            if (detailed) {
                table.row(path, text(device, "type"), text(device, "description"), replication, options.toString());
            } else {
                table.row(path, text(device, "type"), text(device, "description"));
            }
        });
        return table;
    }

    private static String text(Map<String, Object> members, String name) {
        return Values.text(members, name);
    }

    private static Object ttl(Map<String, Object> config, String name) {
        return Values.number(config, name) == 0 ? "system" : config.get(name);
    }
}

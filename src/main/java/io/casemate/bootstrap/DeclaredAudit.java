package io.casemate.bootstrap;

import io.casemate.audit.AuditDeviceConfig;
import io.casemate.audit.AuditTable;
import java.nio.file.Path;
import java.util.Map;

/** Auditing is on from the first request: the device that the configuration names is enabled whenever it is not there. */
final class DeclaredAudit {
    private static final String PATH = "file/";

    private DeclaredAudit() {}

    static void ensure(AuditTable table, Path file) {
        if (table.list().stream().noneMatch(device -> device.path().equals(PATH))) {
            table.enable(new AuditDeviceConfig(
                    PATH, "file", "named in the server's configuration", Map.of("file_path", file.toString()), false));
        }
    }
}

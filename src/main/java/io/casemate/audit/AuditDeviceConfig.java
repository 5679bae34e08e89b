package io.casemate.audit;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a device was enabled.
 *
 * @param path its name, with a slash at the end
 * @param type such as {@code file}
 * @param local kept for clients; there is one server
 */
public record AuditDeviceConfig(
        String path, String type, String description, Map<String, String> options, boolean local) {
    private static final byte FORMAT = 1;

    public AuditDeviceConfig {
        path = canonical(path);
        options = Map.copyOf(options);
    }

    /**
     * A path with exactly one slash, at its end.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is empty
     */
    static String canonical(String path) {
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (bare.isEmpty() || bare.startsWith("/") || bare.endsWith("/")) {
            throw Fault.badRequest("path of an audit device: expected a name such as file");
        }
        return bare + "/";
    }

    byte[] record() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("description", description);
        members.put("options", options);
        members.put("local", local);
        byte[] json = Json.bytes(members);
        byte[] record = new byte[json.length + 1];
        record[0] = FORMAT;
        System.arraycopy(json, 0, record, 1, json.length);
        return record;
    }

    static AuditDeviceConfig read(String path, byte[] record) {
        if (record.length == 0 || record[0] != FORMAT) {
            throw new Fault.StorageFailed(
                            Fault.StorageProblem.NEWER, "the record of audit device " + path + " is of another format")
                    .asException();
        }
        Map<String, Object> members = Json.object(Arrays.copyOfRange(record, 1, record.length));
        Map<String, String> options = new LinkedHashMap<>();
        if (members.get("options") instanceof Map<?, ?> stored) {
            stored.forEach((name, value) -> options.put(name.toString(), value.toString()));
        }
        return new AuditDeviceConfig(
                path,
                members.get("type").toString(),
                members.get("description").toString(),
                options,
                Boolean.TRUE.equals(members.get("local")));
    }
}

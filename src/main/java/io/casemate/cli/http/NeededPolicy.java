package io.casemate.cli.http;

import java.util.List;

/** The policy that a call needs, in the policy language. */
public final class NeededPolicy {
    /**
     * What the server lets nobody do without {@code sudo}, below {@code /v1/}; {@code +} is one segment, {@code *} the rest. A
     * test holds this list to the server's endpoints.
     */
    private static final List<String> SUDO = List.of(
            "auth/token/accessors",
            "auth/token/revoke-orphan",
            "pki/issuer/+/sign-self-issued",
            "pki/root",
            "pki/root/sign-self-issued",
            "sys/audit",
            "sys/audit/*",
            "sys/auth/*",
            "sys/config/auditing/request-headers",
            "sys/config/auditing/request-headers/*",
            "sys/config/cors",
            "sys/config/reload/*",
            "sys/config/ui/headers",
            "sys/config/ui/headers/*",
            "sys/doctor",
            "sys/in-flight-req",
            "sys/leases",
            "sys/leases/lookup/*",
            "sys/leases/revoke-force/*",
            "sys/leases/revoke-prefix/*",
            "sys/plugins/catalog/*",
            "sys/rekey-recovery-key/backup",
            "sys/rekey/backup",
            "sys/rekey/recovery-key-backup",
            "sys/remount",
            "sys/revoke-force/*",
            "sys/revoke-prefix/*",
            "sys/rotate",
            "sys/rotate/keyring",
            "sys/rotate/recovery/backup",
            "sys/rotate/root",
            "sys/rotate/root/backup",
            "sys/seal",
            "sys/seal/emergency",
            "sys/step-down");

    private NeededPolicy() {}

    static String of(Call call) {
        StringBuilder capabilities = new StringBuilder(capability(call));
        if (needsSudo(call.path())) {
            capabilities.append(", \"sudo\"");
        }
        String folder = asks(call, "list") || asks(call, "scan") ? "/" : "";
        String path = (call.path() + folder).replace("\\", "\\\\").replace("\"", "\\\"");
        return "path \"" + path + "\" {\n  capabilities = [" + capabilities + "]\n}";
    }

    private static boolean asks(Call call, String word) {
        return call.method().equals("GET") && "true".equals(call.query().get(word));
    }

    private static String capability(Call call) {
        for (String word : List.of("list", "scan")) {
            if (asks(call, word)) {
                return '"' + word + '"';
            }
        }
        return switch (call.method()) {
            case "GET" -> "\"read\"";
            case "DELETE" -> "\"delete\"";
            case "PATCH" -> "\"patch\"";
            default -> "\"create\", \"update\"";
        };
    }

    /** Whether the server wants {@code sudo} for {@code path}, which is below {@code /v1/}. */
    public static boolean needsSudo(String path) {
        return SUDO.stream().anyMatch(pattern -> matches(pattern.split("/"), path.split("/")));
    }

    private static boolean matches(String[] pattern, String[] path) {
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals("*")) {
                return path.length > i;
            }
            if (i >= path.length || !(pattern[i].equals("+") || pattern[i].equals(path[i]))) {
                return false;
            }
        }
        return path.length == pattern.length;
    }
}

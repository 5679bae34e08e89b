package io.casemate.bootstrap;

import io.casemate.kernel.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Fills a server's certificate authority: {@code CONFIGURATION ROLE CSR CERTIFICATES REVOKED}, where ROLE is the path that signs, such as
 * {@code pki/sign/web}, CSR a file with a request that it takes, and the last two how many certificates there are to be, and how many
 * of them revoked. The root token comes in TOKEN.
 */
final class FillPki {
    private FillPki() {}

    /** Fills, and says how long each part took. */
    public static void main(String... args) throws Exception {
        String role = args[1];
        String mount = role.substring(0, role.indexOf("/"));
        Map<String, Object> request = Map.of("csr", Files.readString(Path.of(args[2])));
        int revoked = Integer.parseInt(args[4]);
        try (Filling filling = Filling.of(Path.of(args[0]))) {
            filling.many("certificates", Integer.parseInt(args[3]), i -> {
                Response issued = filling.ask(role, request);
                if (i < revoked) {
                    filling.ask(mount + "/revoke", Map.of("serial_number", serial(issued)));
                }
            });
        }
    }

    private static Object serial(Response issued) {
        if (issued.content() instanceof Response.Content.Data(Map<String, Object> data)) {
            return data.get("serial_number");
        }
        throw new IllegalStateException("no certificate: " + issued);
    }
}

package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The request line and headers of a call, for the wire or as a curl command. */
final class RequestHead {
    private RequestHead() {}

    /** Ready to send, with the empty line at its end. */
    static String of(Call call, Address address, Settings settings, String token) {
        boolean writes = call.method().equals("PUT") || call.method().equals("POST");
        long none = writes ? 0 : -1;
        return of(call, call.body() == null ? none : call.body().length, address, settings, token);
    }

    /** The same with a body of this length that the call does not hold; negative for no body. */
    static String of(Call call, long length, Address address, Settings settings, String token) {
        StringBuilder head = new StringBuilder(512);
        head.append(call.method()).append(' ').append(address.base()).append(call.target());
        head.append(" HTTP/1.1\r\nHost: ").append(address.authority()).append("\r\n");
        for (String header : headers(call, settings)) {
            head.append(header).append("\r\n");
        }
        if (!token.isEmpty()) {
            head.append("X-Vault-Token: ").append(checked(token)).append("\r\n");
        }
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /**
     * A curl command for the same request.
     *
     * @param token the shell's words for the token, which is never shown; empty for none
     */
    static String curl(Call call, Address address, Settings settings, String token) {
        StringBuilder line = new StringBuilder("curl");
        if (!call.method().equals("GET")) {
            line.append(" -X ").append(call.method());
        }
        for (String header : headers(call, settings)) {
            line.append(" -H ").append(quoted(header));
        }
        if (!token.isEmpty()) {
            line.append(" -H \"X-Vault-Token: ").append(token).append('"');
        }
        option(line, "--cacert", settings.text("ca-cert", ""));
        option(line, "--capath", settings.text("ca-path", ""));
        option(line, "--cert", settings.text("client-cert", ""));
        option(line, "--key", settings.text("client-key", ""));
        if (settings.skipVerify()) {
            line.append(" --insecure");
        }
        if (call.body() != null) {
            line.append(" -d ").append(quoted(new String(call.body(), StandardCharsets.UTF_8)));
        }
        option(line, "--unix-socket", address.unix() ? address.host() : "");
        String url = address.unix() ? "http://localhost" : address.toString();
        return line.append(' ').append(quoted(url + call.target())).toString();
    }

    private static void option(StringBuilder line, String name, String value) {
        if (!value.isEmpty()) {
            line.append(' ').append(name).append(' ').append(quoted(value));
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static List<String> headers(Call call, Settings settings) {
        List<String> headers = new ArrayList<>();
        headers.add("X-Vault-Request: true");
        String namespace = settings.namespace();
        if (!namespace.isEmpty() && call.namespaced()) {
            headers.add("X-Vault-Namespace: " + checked(namespace));
        }
        String wrap = settings.wrapTtl().isEmpty() ? call.wrapTtl() : settings.wrapTtl();
        if (!wrap.isEmpty() && call.wrappable()) {
            headers.add("X-Vault-Wrap-TTL: " + checked(wrap));
        }
        settings.secondFactors().forEach(factor -> headers.add("X-Vault-MFA: " + checked(factor)));
        if (settings.overrides()) {
            headers.add("X-Vault-Policy-Override: true");
        }
        if (call.body() != null) {
            headers.add(
                    call.method().equals("PATCH")
                            ? "Content-Type: application/merge-patch+json"
                            : "Content-Type: application/json");
        }
        headers.addAll(settings.headers());
        return headers;
    }

    /** Header values come from variables and files: a line break in one would start a header of its own. */
    private static String checked(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw CliFailure.local(
                    "the token, namespace, second factor or wrap TTL holds characters that no header can carry");
        }
        return value;
    }
}

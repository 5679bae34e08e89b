package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where the server listens.
 *
 * @param scheme {@code https}, {@code http} or {@code unix}
 * @param host name or address, an IPv6 address without brackets; for {@code unix} the socket's path
 * @param base path before {@code /v1}, empty or with a leading and no trailing slash
 */
public record Address(String scheme, String host, int port, String base) {
    private static final String UNIX = "unix://";

    /** Reads {@code https://host[:port][/base]}, {@code http://...} or {@code unix:///path}. */
    static Address parse(String text) {
        if (text.startsWith(UNIX)) {
            return new Address("unix", text.substring(UNIX.length()), 0, "");
        }
        try {
            URI uri = new URI(text.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() == null
                    || !(scheme.equals("https") || scheme.equals("http"))
                    || uri.getUserInfo() != null) {
                throw wrong(text);
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
            return new Address(scheme, bare(uri.getHost()), port, base(uri.getRawPath()));
        } catch (URISyntaxException e) {
            throw wrong(text);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String base(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static CliFailure wrong(String text) {
        return CliFailure.local("the address \"" + (text.contains("@") ? "[not shown, it holds an @]" : text)
                + "\" is not of the form https://HOST:PORT or unix:///PATH: set VAULT_ADDR or -address");
    }

    boolean secure() {
        return scheme.equals("https");
    }

    /** True for a Unix socket. */
    public boolean unix() {
        return scheme.equals("unix");
    }

    /** The {@code Host} header. */
    String authority() {
        if (unix()) {
            return "localhost";
        }
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure() ? 443 : 80) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return unix() ? UNIX + host : scheme + "://" + authority() + base;
    }
}

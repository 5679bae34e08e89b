package io.casemate.auth;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * The one way in which auth methods ask other servers: one exchange with an end in sight. Time and size are bounded, from the
 * connection to the last byte; redirects are not followed; nothing stays open afterwards.
 */
public final class Outbound {
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final List<X509Certificate> authorities;
    private final Duration timeout;

    /**
     * Trusts TLS servers by {@code authorities}, or by the JDK's own list when that is empty.
     *
     * @param timeout for everything together
     */
    public Outbound(List<X509Certificate> authorities, Duration timeout) {
        this.authorities = List.copyOf(authorities);
        this.timeout = timeout;
    }

    /**
     * An address as an operator sets it.
     *
     * @param field for the error
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for anything but an HTTP address with a host
     */
    public static URI address(String field, String sent) {
        try {
            URI address = URI.create(sent.strip());
            boolean http =
                    "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            if (http && address.getHost() != null && address.getUserInfo() == null && address.getFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Answered below: the text of the exception says no more.
        }
        throw Fault.badRequest("field '" + field + "': expected an address such as https://host/path");
    }

    /** The same, where what comes back is believed because TLS says whose it is. Plain HTTP only to this very machine. */
    public static URI trusted(String field, String sent) {
        URI address = address(field, sent);
        if (!"https".equalsIgnoreCase(address.getScheme()) && !HERE.contains(address.getHost())) {
            throw Fault.badRequest("field '" + field + "': expected https://, since what comes from there is trusted");
        }
        return address;
    }

    /**
     * Gets a document.
     *
     * @param longest bytes; more is an error
     * @throws IOException saying in one sentence what went wrong, without the address
     */
    public byte[] get(URI address, long longest) throws IOException {
        return send(HttpRequest.newBuilder(address).GET(), longest);
    }

    /** Posts {@code body} and gets the answer; as {@link #get}. */
    public byte[] post(URI address, String mediaType, byte[] body, long longest) throws IOException {
        return send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", mediaType)
                        .POST(BodyPublishers.ofByteArray(body)),
                longest);
    }

    private byte[] send(HttpRequest.Builder request, long longest) throws IOException {
        try (HttpClient client = client()) {
            CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                    request.timeout(timeout).build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), longest));
            try {
                HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (response.statusCode() != 200) {
                    throw new IOException("it answered with status " + response.statusCode());
                }
                return response.body();
            } catch (TimeoutException e) {
                throw new IOException("it did not answer within " + timeout.toSeconds() + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(reason(e.getCause(), longest), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("the request was given up", e);
            } finally {
                answer.cancel(true);
                client.shutdownNow();
            }
        }
    }

    private HttpClient client() throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(Thread::startVirtualThread);
        if (!authorities.isEmpty()) {
            builder.sslContext(context());
        }
        return builder.build();
    }

    private SSLContext context() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), authorities.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates to trust it by are unusable", e);
        }
    }

    private static String reason(Throwable cause, long longest) {
        String text = cause instanceof IOException ? String.valueOf(cause.getMessage()) : "";
        return switch (cause) {
            case java.net.http.HttpTimeoutException _ -> "it did not answer in time";
            case ConnectException _ -> "no connection: refused, or no such host";
            case SSLException _ -> "its TLS certificate is not trusted, or TLS failed";
            case IOException _ when text.contains("exceeds") -> "it sent more than " + longest + " bytes";
            default -> "the connection broke";
        };
    }
}

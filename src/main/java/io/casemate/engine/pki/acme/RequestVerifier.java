package io.casemate.engine.pki.acme;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where every ACME request comes in. The order of the lines in {@link #signed} is the argument (RFC 8555 section 6): a JWS of a
 * known form, for this very URL, with a nonce that nobody used, by a key whose account is valid here. Every answer leaves with
 * a new nonce, refusals too.
 */
final class RequestVerifier {
    private static final String JOSE = "application/jose+json";

    /** The name the client knows the server by, and what kind of body it sent. */
    private static final List<String> HEARD = List.of("host", "content-type");

    /** What the protocol is made of: RFC 8555 section 7.1, RFC 9110. */
    private static final List<String> SENT = List.of("Replay-Nonce", "Location", "Link", "Retry-After");

    private final MountServices services;
    private final Configuration configuration;
    private final AcmeStore store;
    private final Nonces nonces;

    RequestVerifier(MountServices services, Configuration configuration, AcmeStore store, Nonces nonces) {
        this.services = services;
        this.configuration = configuration;
        this.store = store;
        this.nonces = nonces;
    }

    /** By which a request must be signed. */
    enum By {
        /** An account's key. */
        ACCOUNT,
        /** A key that comes with the request. */
        KEY,
        /** Either. */
        EITHER
    }

    /** Answers a request that anybody may make. */
    @FunctionalInterface
    interface Plain {
        Response answer(AcmeRequest incoming);
    }

    /** Answers a signed request. */
    @FunctionalInterface
    interface Handler {
        Response answer(Signed signed);
    }

    /** A resource that is read by GET, without a signature. */
    Endpoint get(String prefix, String path, String synopsis, Plain handler) {
        return served(prefix, path, synopsis)
                .on(Operation.READ, exchange -> met(prefix, exchange, handler))
                .build();
    }

    /** The same, read by POST-as-GET of an account as well (RFC 8555 section 6.3). */
    Endpoint getOrPost(String prefix, String path, String synopsis, Plain handler) {
        return served(prefix, path, synopsis)
                .openBody()
                .on(Operation.READ, exchange -> met(prefix, exchange, handler))
                .on(
                        Operation.UPDATE,
                        exchange -> met(prefix, exchange, incoming -> {
                            signed(incoming, exchange.request(), By.ACCOUNT).mustRead();
                            return handler.answer(incoming);
                        }))
                .build();
    }

    /** A resource that is asked by signed POST. */
    Endpoint post(String prefix, String path, String synopsis, By by, Handler handler) {
        return served(prefix, path, synopsis)
                .openBody()
                .on(
                        Operation.UPDATE,
                        exchange -> met(
                                prefix, exchange, incoming -> handler.answer(signed(incoming, exchange.request(), by))))
                .build();
    }

    private static Endpoint.Builder served(String prefix, String path, String synopsis) {
        return at(prefix + "acme/" + path, synopsis).access(Access.PUBLIC).headers(HEARD, SENT);
    }

    /** The address of the mount as this client knows it. */
    String base(Request request) {
        String set = configuration.base();
        String host = request.peer().headers().getOrDefault("host", "");
        if (set.isEmpty() && !host.matches("[A-Za-z0-9.:\\[\\]-]{1,300}")) {
            throw ProblemType.SERVER_INTERNAL.because("config/cluster has no path, and the request names no host");
        }
        return set.isEmpty() ? "https://" + host + "/v1/" + request.mount() : set;
    }

    private Response met(String prefix, Exchange exchange, Plain handler) {
        Directory directory = Directory.of(prefix, exchange.fields());
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            AcmeSettings settings = configuration.acme();
            if (!settings.enabled()) {
                throw ProblemType.MALFORMED.because(404, "ACME is not enabled on this mount (config/acme)");
            }
            headers.put("Replay-Nonce", nonces.next());
            AcmeRequest incoming = new AcmeRequest(
                    directory,
                    settings,
                    base(exchange.request()),
                    () -> IssuancePolicy.of(directory, settings, services),
                    exchange.fields());
            headers.put("Link", link(incoming.url("directory"), "index"));
            Response response = handler.answer(incoming);
            return decorated(response, headers);
        } catch (Problem problem) {
            return decorated(problem.response(), headers);
        } catch (FaultException e) {
            return decorated(refused(e).response(), headers);
        }
    }

    /** What a client did wrong, in ACME's words; whatever else failed keeps its own and is answered as everywhere. */
    private static Problem refused(FaultException e) {
        return switch (e.fault()) {
            case Fault.BadRequest(List<String> details) ->
                ProblemType.MALFORMED.because(String.join("; ", details)).causedBy(e);
            case Fault.NotFound(List<String> details) ->
                ProblemType.MALFORMED.because(404, String.join("; ", details)).causedBy(e);
            default -> throw e;
        };
    }

    /** An answer's own links stand beside the one to the directory. */
    private static Response decorated(Response response, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        String own = response.headers().get("Link");
        if (own != null) {
            all.merge("Link", own, (index, other) -> other + "\n" + index);
        }
        return response.with(all);
    }

    /** A link (RFC 8288). */
    static String link(String url, String relation) {
        return "<" + url + ">;rel=\"" + relation + "\"";
    }

    private Signed signed(AcmeRequest incoming, Request request, By by) {
        String type = request.peer().headers().getOrDefault("content-type", "");
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JOSE)) {
            throw ProblemType.MALFORMED.because(415, "the body must be of the type " + JOSE);
        }
        Jws jws = Jws.of(request.data());
        if (jws.jwk().isPresent() ? by == By.ACCOUNT : by == By.KEY) {
            throw ProblemType.MALFORMED.because(
                    by == By.KEY ? "this is signed with a new key ('jwk')" : "this is signed by an account ('kid')");
        }
        if (!jws.parts().header("url").equals(incoming.base() + request.path().value())) {
            throw ProblemType.UNAUTHORIZED.because("the JWS was signed for another URL than the one that was asked");
        }
        if (!nonces.use(jws.parts().header("nonce"))) {
            throw ProblemType.BAD_NONCE.because("the nonce is not one of ours, too old, or was used before");
        }
        Optional<Account> account =
                jws.jwk().isPresent() ? Optional.empty() : Optional.of(account(incoming, jws.kid()));
        PublicKey key = account.map(Account::key).or(jws::jwk).orElseThrow();
        jws.verify(key);
        account.ifPresent(each -> mayAsk(incoming, each));
        return new Signed(incoming, jws, account, key);
    }

    private Account account(AcmeRequest incoming, String kid) {
        String accounts = incoming.url("account/");
        return Optional.of(kid)
                .filter(url -> url.startsWith(accounts))
                .map(url -> AcmeRequest.id(url.substring(accounts.length()), "account"))
                .flatMap(store::account)
                .filter(account ->
                        account.directory().equals(incoming.directory().name()))
                .orElseThrow(
                        () -> ProblemType.ACCOUNT_DOES_NOT_EXIST.because("there is no such account at this directory"));
    }

    private static void mayAsk(AcmeRequest incoming, Account account) {
        if (account.status() != Account.Status.VALID) {
            throw ProblemType.UNAUTHORIZED.because(
                    "the account is " + account.status().name().toLowerCase(Locale.ROOT));
        }
        if (incoming.settings().bindsAll() && account.eab().isEmpty()) {
            throw ProblemType.EXTERNAL_ACCOUNT_REQUIRED.because("only accounts with an external binding are served");
        }
    }
}

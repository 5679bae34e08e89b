package sessions;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.util.KeyPairUtils;

/** acme4j, from the directory to the end of the account. */
public final class AcmeSession {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final sessions.Session steps = new sessions.Session();
    private final Session session;
    private final KeyPair key = KeyPairUtils.createECKeyPair("secp384r1");
    private Login login;
    private Account account;
    private Certificate certificate;

    private AcmeSession(String directory) {
        session = new Session(URI.create(directory));
    }

    /** Takes the directory's URL. */
    public static void main(String[] args) {
        Security.addProvider(new BouncyCastleProvider());
        new AcmeSession(args[0]).run();
    }

    private void run() {
        steps.step("acme4j: the directory", () -> {
            sessions.Session.yes(!session.getMetadata().isExternalAccountRequired(), "no binding is needed");
            sessions.Session.yes(session.resourceUrlOptional(org.shredzone.acme4j.connector.Resource.RENEWAL_INFO).isPresent(), "renewal");
        });
        steps.step("acme4j: an account with a P-384 key", () -> {
            login = new AccountBuilder().agreeToTermsOfService().addEmail("ops@example.com").useKeyPair(key).createLogin(session);
            account = login.getAccount();
            sessions.Session.same(Status.VALID, account.getStatus());
        });
        steps.step("acme4j: the account is found again by its key", () -> sessions.Session.same(
                login.getAccount().getLocation(),
                new AccountBuilder().onlyExisting().useKeyPair(key).createLogin(session).getAccount().getLocation()));
        steps.step("acme4j: two names by http-01", () -> certificate = ordered("one.acme4j.test", "two.acme4j.test"));
        steps.step("acme4j: the chain", () -> {
            sessions.Session.same(2, certificate.getCertificateChain().size());
            certificate.getCertificate().verify(certificate.getCertificateChain().get(1).getPublicKey());
        });
        steps.step("acme4j: renewal information", () -> sessions.Session.yes(
                certificate.getRenewalInfo().getSuggestedWindowEnd().isBefore(certificate.getCertificate().getNotAfter().toInstant()),
                "before the end"));
        steps.step("acme4j: a renewal that names what it replaces", () -> {
            Order order = account.newOrder().domain("one.acme4j.test").replaces(certificate).create();
            sessions.Session.same(Status.PENDING, order.getStatus());
            sessions.Session.refused(
                    AcmeServerException.class, () -> account.newOrder().domain("one.acme4j.test").replaces(certificate).create());
        });
        steps.step("acme4j: the orders", () -> {
            List<Order> orders = new ArrayList<>();
            account.getOrders().forEachRemaining(orders::add);
            sessions.Session.same(2, orders.size());
        });
        steps.step("acme4j: another account key", () -> {
            account.changeKey(KeyPairUtils.createKeyPair(2048));
            account.fetch();
        });
        steps.step("acme4j: revocation", () -> {
            certificate.revoke();
            sessions.Session.refused(AcmeServerException.class, () -> {
                certificate.revoke();
                return null;
            });
        });
        steps.step("acme4j: the end of the account", () -> {
            account.deactivate();
            sessions.Session.refused(AcmeServerException.class, () -> account.newOrder().domain("x.acme4j.test").create());
        });
        steps.end();
    }

    private Certificate ordered(String... names) throws Exception {
        Order order = account.newOrder().domains(names).create();
        for (Authorization authorization : order.getAuthorizations()) {
            Http01Challenge challenge = authorization.findChallenge(Http01Challenge.class).orElseThrow();
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 80), 0);
            server.createContext("/.well-known/acme-challenge/" + challenge.getToken(), exchange -> {
                byte[] body = challenge.getAuthorization().getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            try {
                challenge.trigger();
                sessions.Session.same(Status.VALID, challenge.waitForCompletion(PATIENCE));
            } finally {
                server.stop(0);
            }
        }
        order.execute(KeyPairUtils.createKeyPair(2048));
        sessions.Session.same(Status.VALID, order.waitForCompletion(PATIENCE));
        return order.getCertificate();
    }
}

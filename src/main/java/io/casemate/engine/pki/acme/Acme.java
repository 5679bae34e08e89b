package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.challenge.Challenges;
import io.casemate.engine.pki.acme.challenge.Lookup;
import io.casemate.engine.pki.acme.challenge.Ports;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.tidy.TidyTask;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ACME servers of a PKI mount (RFC 8555, 8737, 8738, 9773): one at each of four prefixes, off until {@code config/acme} turns
 * them on. Enrolment only: certificates are made on the road of all others.
 */
public final class Acme implements AutoCloseable {
    private final AcmeStore store;
    private final MountServices services;
    private final Configuration configuration;
    private final Nonces nonces;
    private final ChallengeValidator validator;
    private final AccountLimits limits;

    /** Serves the mount at {@code services}. Reads nothing. */
    public Acme(MountServices services) {
        this(services, Ports.STANDARD, ChallengeValidator.PAUSES);
    }

    /** The same, with challenges at other ports and with other pauses before each look. */
    Acme(MountServices services, Ports ports, List<Duration> pauses) {
        this.services = services;
        this.store = new AcmeStore(services.context().storage());
        this.configuration = new Configuration(services.settings());
        this.nonces = new Nonces(services.context().random());
        this.limits = new AccountLimits(store, services);
        this.validator = new ChallengeValidator(
                store,
                services::now,
                account -> limits.failed(account, configuration.acme()),
                question -> {
                    AcmeSettings settings = configuration.acme();
                    return Challenges.look(question, new Lookup(settings.resolver()), settings.targets(), ports);
                },
                pauses);
    }

    /** Every path, at all prefixes, with its configuration. */
    public List<Endpoint> endpoints() {
        RequestVerifier verifier = new RequestVerifier(services, configuration, store, nonces);
        ExternalAccountBindings bindings = new ExternalAccountBindings(store, services);
        RenewalInfo renewals = new RenewalInfo(verifier, services);
        DirectoryEndpoints directories = new DirectoryEndpoints(verifier);
        AccountEndpoints accounts = new AccountEndpoints(verifier, store, services, bindings);
        OrderEndpoints orders = new OrderEndpoints(
                verifier, store, services, new OrderFinalizer(store, services), renewals, limits, validator);
        AuthorizationEndpoints authorizations =
                new AuthorizationEndpoints(verifier, store, services, validator, limits);
        CertificateRevocation revocation = new CertificateRevocation(verifier, store, services);
        KeyChange keyChange = new KeyChange(verifier, store);
        Stream<Endpoint> served = Directory.PREFIXES.stream()
                .flatMap(prefix -> Stream.of(
                                directories.endpoints(prefix),
                                accounts.endpoints(prefix),
                                orders.endpoints(prefix),
                                authorizations.endpoints(prefix),
                                List.of(
                                        revocation.endpoint(prefix),
                                        keyChange.endpoint(prefix),
                                        renewals.endpoint(prefix),
                                        bindings.making(prefix)))
                        .flatMap(List::stream));
        return Stream.of(configuration.endpoints().stream(), bindings.endpoints().stream(), served)
                .flatMap(each -> each)
                .toList();
    }

    /** Clears away what has ended, for the mount's tidy. */
    public TidyTask tidying() {
        return new Tidying(store);
    }

    /** Stops looking at challenges; what was promised is taken up after the next opening. */
    @Override
    public void close() {
        validator.close();
        nonces.close();
    }
}

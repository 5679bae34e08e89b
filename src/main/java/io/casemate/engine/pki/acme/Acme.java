package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.challenge.Challenges;
import io.casemate.engine.pki.acme.challenge.Lookup;
import io.casemate.engine.pki.acme.challenge.Ports;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.tidy.Chore;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ACME servers of a PKI mount (RFC 8555, 8737, 8738, 9773): one at each of four prefixes, off until {@code config/acme} turns
 * them on. Enrolment only: certificates are made on the road of all others.
 */
public final class Acme implements AutoCloseable {
    private final AcmeStore store;
    private final Desk desk;
    private final Configuration configuration;
    private final Nonces nonces;
    private final Looks looks;
    private final Patience patience;

    /** Serves the mount at {@code desk}. Reads nothing. */
    public Acme(Desk desk) {
        this(desk, Ports.STANDARD, Looks.PAUSES);
    }

    /** The same, with challenges at other ports and with other pauses before each look. */
    Acme(Desk desk, Ports ports, List<Duration> pauses) {
        this.desk = desk;
        this.store = new AcmeStore(desk.context().storage());
        this.configuration = new Configuration(desk.settings());
        this.nonces = new Nonces(desk.context().random());
        this.patience = new Patience(store, desk);
        this.looks = new Looks(
                store,
                desk::now,
                account -> patience.failed(account, configuration.acme()),
                question -> {
                    AcmeSettings settings = configuration.acme();
                    return Challenges.look(question, new Lookup(settings.resolver()), settings.targets(), ports);
                },
                pauses);
    }

    /** Every path, at all prefixes, with its configuration. */
    public List<Endpoint> endpoints() {
        Door door = new Door(desk, configuration, store, nonces);
        Bindings bindings = new Bindings(store, desk);
        Renewals renewals = new Renewals(door, desk);
        DirectoryEndpoints directories = new DirectoryEndpoints(door);
        AccountEndpoints accounts = new AccountEndpoints(door, store, desk, bindings);
        OrderEndpoints orders =
                new OrderEndpoints(door, store, desk, new Finishing(store, desk), renewals, patience, looks);
        AuthorizationEndpoints authorizations = new AuthorizationEndpoints(door, store, desk, looks, patience);
        Withdrawal withdrawal = new Withdrawal(door, store, desk);
        KeyChange keyChange = new KeyChange(door, store);
        Stream<Endpoint> served = Directory.PREFIXES.stream()
                .flatMap(prefix -> Stream.of(
                                directories.endpoints(prefix),
                                accounts.endpoints(prefix),
                                orders.endpoints(prefix),
                                authorizations.endpoints(prefix),
                                List.of(
                                        withdrawal.endpoint(prefix),
                                        keyChange.endpoint(prefix),
                                        renewals.endpoint(prefix),
                                        bindings.making(prefix)))
                        .flatMap(List::stream));
        return Stream.of(configuration.endpoints().stream(), bindings.endpoints().stream(), served)
                .flatMap(each -> each)
                .toList();
    }

    /** Clears away what has ended, for the mount's tidy. */
    public Chore tidying() {
        return new Tidying(store);
    }

    /** Stops looking at challenges; what was promised is taken up after the next opening. */
    @Override
    public void close() {
        looks.close();
        nonces.close();
    }
}

package io.casemate.engine.pki;

import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.pki.acme.Acme;
import java.util.List;
import java.util.stream.Stream;

/** A mounted certificate authority. Opening it reads nothing; what an earlier run left is settled at the first use. */
final class PkiEngine implements SecretsEngine {
    private final Authority authority;
    private final Acme acme;

    PkiEngine(Authority authority) {
        this.authority = authority;
        this.acme = new Acme(authority.acmeServices());
        authority.tidying().open(List.of(acme.tidying()));
    }

    @Override
    public List<Endpoint> endpoints() {
        return Stream.of(
                        new RootEndpoints(authority).endpoints(),
                        new IntermediateEndpoints(authority).endpoints(),
                        new SelfIssuedEndpoints(authority).endpoints(),
                        new ImportEndpoints(authority).endpoints(),
                        new IssuerEndpoints(authority).endpoints(),
                        new KeyEndpoints(authority).endpoints(),
                        new RoleEndpoints(authority).endpoints(),
                        new IssueEndpoints(authority).endpoints(),
                        new CertificateEndpoints(authority).endpoints(),
                        new CrlEndpoints(authority).endpoints(),
                        new CrlSigningEndpoints(authority).endpoints(),
                        new TidyEndpoints(authority).endpoints(),
                        new DelegateEndpoints(authority).endpoints(),
                        new OcspEndpoints(authority).endpoints(),
                        new RevokeEndpoints(authority).endpoints(),
                        new ConfigEndpoints(authority).endpoints(),
                        acme.endpoints())
                .flatMap(List::stream)
                .toList();
    }

    /** The ACME servers, which the mount's tidy clears away after. */
    Acme acme() {
        return acme;
    }

    @Override
    public void revoke(Leased lease) {
        new CertificateLeases(authority).revoke(lease);
    }

    @Override
    public void close() {
        acme.close();
        authority.tidying().close();
        authority.forget();
    }
}

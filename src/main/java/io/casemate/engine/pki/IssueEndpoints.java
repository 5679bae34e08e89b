package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.govern.Governor;
import io.casemate.engine.pki.govern.Governor.Count;
import io.casemate.engine.pki.govern.Limits.Kind;
import io.casemate.engine.pki.issue.Csr;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.issue.LeafRequest;
import io.casemate.engine.pki.issue.RoleKeys;
import io.casemate.engine.pki.issue.Verbatim;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.store.Fingerprints;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.Certificate;

/** End certificates: with a key made here, or for the key of a CSR. */
final class IssueEndpoints {
    private final Authority authority;
    private final CertificateLeases leases;

    IssueEndpoints(Authority authority) {
        this.authority = authority;
        this.leases = new CertificateLeases(authority);
    }

    List<Endpoint> endpoints() {
        return List.of(
                issue("issue/{role}"),
                issue("issuer/{issuer_ref}/issue/{role}"),
                sign("sign/{role}"),
                sign("issuer/{issuer_ref}/sign/{role}"),
                verbatim("sign-verbatim"),
                verbatim("sign-verbatim/{role}"),
                verbatim("issuer/{issuer_ref}/sign-verbatim"),
                verbatim("issuer/{issuer_ref}/sign-verbatim/{role}"));
    }

    private Endpoint issue(String pattern) {
        return at(pattern, "Makes a key and a certificate for it.")
                .fields(LeafRequest.FIELDS)
                .field("key_type", Field.string("For roles with key_type any: rsa, ec, ed25519 or ml-dsa."))
                .field("key_bits", Field.integer(0, "For roles with key_type any."))
                .on(Operation.UPDATE, exchange -> issue(exchange, named(pattern, exchange)))
                .build();
    }

    private Endpoint sign(String pattern) {
        return at(pattern, "Certifies the key of a CSR under a role.")
                .fields(LeafRequest.FIELDS)
                .field("csr", Field.string("The request, PEM."))
                .on(Operation.UPDATE, exchange -> sign(exchange, named(pattern, exchange)))
                .build();
    }

    private Endpoint verbatim(String pattern) {
        return at(pattern, "Signs a CSR as it is; only syntax and the rules of X.509 hold.")
                .fields(LeafRequest.FIELDS)
                .fields(Verbatim.FIELDS)
                .field("role", Field.string("A role whose ttl, max_ttl, no_store and issuer_ref hold."))
                .field("csr", Field.string("The request, PEM."))
                .on(Operation.UPDATE, exchange -> verbatim(exchange, named(pattern, exchange)))
                .build();
    }

    /** The issuer named in the path, and nowhere else: policies are about paths, and a role may bind its issuer. */
    private static Optional<String> named(String pattern, Exchange exchange) {
        return pattern.startsWith("issuer/") ? Optional.of(exchange.fields().string("issuer_ref")) : Optional.empty();
    }

    private Response issue(Exchange exchange, Optional<String> issuerRef) {
        Fields fields = exchange.fields();
        Role role = role(fields).heldFor(exchange.caller());
        CertificateFormat form = CertificateFormat.of(fields);
        LeafRequest ask = LeafRequest.of(fields);
        Issuer issuer = issuer(issuerRef, role);
        KeyKind kind = RoleKeys.toMake(role, fields.string("key_type"), fields.integer("key_bits"));
        Leaf leaf = leaf(role, ask, Optional.empty(), issuer);
        return authority.governor().counted(counts(new Errand(exchange, role, issuer, form), leaf), () -> {
            SoftwareSigner key = KeyForge.make(authority.software(), kind);
            Leaf.Issued issued = leaf.issue(key.publicKey());
            return answer(issued, fields, form, Optional.of(key)).leased(leases.of(role, issued));
        });
    }

    private Response sign(Exchange exchange, Optional<String> issuerRef) {
        Fields fields = exchange.fields();
        Role role = role(fields).heldFor(exchange.caller());
        CertificateFormat form = CertificateFormat.of(fields);
        Csr csr = csr(fields);
        RoleKeys.check(role, csr.publicKey());
        Issuer issuer = issuer(issuerRef, role);
        return once(
                new Errand(exchange, role, issuer, form),
                leaf(role, LeafRequest.of(fields), Optional.of(csr), issuer),
                csr);
    }

    private Response verbatim(Exchange exchange, Optional<String> issuerRef) {
        Fields fields = exchange.fields();
        Optional<Role> named = fields.string("role").isEmpty() ? Optional.empty() : Optional.of(role(fields));
        Role role = Verbatim.role(fields, named);
        CertificateFormat form = CertificateFormat.of(fields);
        Csr csr = csr(fields);
        Issuer issuer = issuer(issuerRef, role);
        Leaf leaf = leaf(role, LeafRequest.of(fields), Optional.of(csr), issuer).verbatim();
        return once(new Errand(exchange, role, issuer, form), leaf, csr);
    }

    /** What one request is about. */
    private record Errand(Exchange exchange, Role role, Issuer issuer, CertificateFormat form) {}

    /** Signs, unless the very same was asked for and signed a moment ago (config/governor, same_request_window). */
    private Response once(Errand errand, Leaf leaf, Csr csr) {
        Role role = errand.role();
        Governor governor = authority.governor();
        boolean kept = !role.flag("no_store") && !role.flag("generate_lease");
        Optional<String> fingerprint =
                Optional.of(errand).filter(_ -> kept && governor.remembers()).map(IssueEndpoints::fingerprint);
        Optional<Leaf.Issued> before =
                fingerprint.flatMap(governor::before).flatMap(serial -> living(errand.issuer(), serial));
        Fields fields = errand.exchange().fields();
        if (before.isPresent()) {
            return answer(before.get(), fields, errand.form(), Optional.empty());
        }
        return governor.counted(counts(errand, leaf), () -> {
            Leaf.Issued issued = leaf.issue(csr.publicKey());
            fingerprint.ifPresent(
                    same -> governor.remember(same, issued.signed().serial()));
            return answer(issued, fields, errand.form(), Optional.empty()).leased(leases.of(role, issued));
        });
    }

    /** A certificate that is on record, not revoked, and worth having: at least half of its life is left. */
    private Optional<Leaf.Issued> living(Issuer issuer, String serial) {
        return authority
                .certificates()
                .get(serial)
                .filter(found -> found.issuer().equals(issuer.id())
                        && authority.revocations().get(issuer.id(), serial).isEmpty())
                .flatMap(found -> young(found.der(), serial))
                .map(signed -> new Leaf.Issued(
                        signed,
                        issuer,
                        List.of("the same request got this certificate before (config/governor,"
                                + " same_request_window)")));
    }

    private Optional<Signed> young(byte[] der, String serial) {
        Certificate certificate = Certificate.getInstance(der);
        Instant start = certificate.getStartDate().getDate().toInstant();
        Instant end = certificate.getEndDate().getDate().toInstant();
        Instant middle = start.plus(Duration.between(start, end).dividedBy(2));
        boolean past = authority.context().clock().instant().isAfter(middle);
        return past ? Optional.empty() : Optional.of(new Signed(der, serial, end));
    }

    /** Everything that the certificate depends on: what was sent, and the role and issuer as they are now. */
    private static String fingerprint(Errand errand) {
        return Fingerprints.of(new TreeMap<>(errand.exchange().request().data()) + "\n"
                + errand.role().name() + "\n" + errand.role().values() + "\n"
                + errand.issuer().id());
    }

    private static List<Count> counts(Errand errand, Leaf leaf) {
        List<Count> counts = Governor.counts(
                leaf.names(), errand.role().name(), errand.issuer().id());
        String token = errand.exchange().caller().accessor();
        if (!token.isEmpty()) {
            counts.add(new Count(Kind.TOKEN, token));
        }
        return counts;
    }

    private Leaf leaf(Role role, LeafRequest ask, Optional<Csr> csr, Issuer issuer) {
        return Leaf.of(
                authority.leafServices(issuer),
                role,
                ask,
                csr,
                authority.issuers().path(issuer));
    }

    private Response answer(Leaf.Issued issued, Fields fields, CertificateFormat form, Optional<SoftwareSigner> key) {
        Issuer issuer = issued.issuer();
        List<Issuer> chain = authority.issuers().chain(issuer, fields.flag("remove_roots_from_chain"));
        return Response.of(form.signed(issued.signed(), issuer, chain, key)).warnings(issued.warnings());
    }

    private Role role(Fields fields) {
        String name = fields.string("role");
        return authority
                .roles()
                .get(name)
                .orElseThrow(() -> Fault.badRequest("unknown role: " + io.casemate.engine.pki.name.Printable.of(name)));
    }

    private Issuer issuer(Optional<String> named, Role role) {
        return authority.issuing(named.orElse(role.text("issuer_ref")));
    }

    private static Csr csr(Fields fields) {
        if (fields.string("csr").isEmpty()) {
            throw Fault.badRequest("\"csr\" is empty");
        }
        return Csr.parse(fields.string("csr"));
    }
}

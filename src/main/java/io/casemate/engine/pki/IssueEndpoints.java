package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.issue.Ask;
import io.casemate.engine.pki.issue.Csr;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.issue.RoleKeys;
import io.casemate.engine.pki.issue.Verbatim;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
                .fields(Ask.FIELDS)
                .field("key_type", Field.string("For roles with key_type any: rsa, ec, ed25519 or ml-dsa."))
                .field("key_bits", Field.integer(0, "For roles with key_type any."))
                .on(Operation.UPDATE, exchange -> issue(exchange, named(pattern, exchange)))
                .build();
    }

    private Endpoint sign(String pattern) {
        return at(pattern, "Certifies the key of a CSR under a role.")
                .fields(Ask.FIELDS)
                .field("csr", Field.string("The request, PEM."))
                .on(Operation.UPDATE, exchange -> sign(exchange, named(pattern, exchange)))
                .build();
    }

    private Endpoint verbatim(String pattern) {
        return at(pattern, "Signs a CSR as it is; only syntax and the rules of X.509 hold.")
                .fields(Ask.FIELDS)
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
        Form form = Form.of(fields);
        Ask ask = Ask.of(fields);
        Issuer issuer = issuer(issuerRef, role);
        KeyKind kind = RoleKeys.toMake(role, fields.string("key_type"), fields.integer("key_bits"));
        Leaf leaf = leaf(role, ask, Optional.empty(), issuer);
        SoftwareSigner key = KeyForge.make(authority.software(), kind);
        Leaf.Issued issued = leaf.issue(key.publicKey());
        return answer(issued, fields, form, Optional.of(key)).leased(leases.of(role, issued));
    }

    private Response sign(Exchange exchange, Optional<String> issuerRef) {
        Fields fields = exchange.fields();
        Role role = role(fields).heldFor(exchange.caller());
        Form form = Form.of(fields);
        Csr csr = csr(fields);
        RoleKeys.check(role, csr.publicKey());
        Leaf leaf = leaf(role, Ask.of(fields), Optional.of(csr), issuer(issuerRef, role));
        Leaf.Issued issued = leaf.issue(csr.publicKey());
        return answer(issued, fields, form, Optional.empty()).leased(leases.of(role, issued));
    }

    private Response verbatim(Exchange exchange, Optional<String> issuerRef) {
        Fields fields = exchange.fields();
        Optional<Role> named = fields.string("role").isEmpty() ? Optional.empty() : Optional.of(role(fields));
        Role role = Verbatim.role(fields, named);
        Form form = Form.of(fields);
        Csr csr = csr(fields);
        Leaf leaf = leaf(role, Ask.of(fields), Optional.of(csr), issuer(issuerRef, role))
                .verbatim();
        Leaf.Issued issued = leaf.issue(csr.publicKey());
        return answer(issued, fields, form, Optional.empty()).leased(leases.of(role, issued));
    }

    private Leaf leaf(Role role, Ask ask, Optional<Csr> csr, Issuer issuer) {
        return Leaf.of(
                new Leaf.Desk(
                        authority.issuance(),
                        authority.keys(),
                        authority.urls(issuer),
                        authority.context().ttls().get(),
                        authority.context().random(),
                        authority.context().clock()),
                role,
                ask,
                csr,
                authority.issuers().chain(issuer));
    }

    private Response answer(Leaf.Issued issued, Fields fields, Form form, Optional<SoftwareSigner> key) {
        List<Issuer> chain = issued.path().stream()
                .filter(each -> !fields.flag("remove_roots_from_chain") || !each.selfIssued())
                .toList();
        Map<String, Object> data = new LinkedHashMap<>();
        form.put(data, issued.signed().der(), chain, key);
        data.put("issuing_ca", form.certificate(issued.issuer().der()));
        data.put(
                "ca_chain",
                chain.stream().map(each -> form.certificate(each.der())).toList());
        data.put("serial_number", Ids.colons(issued.signed().serial()));
        data.put("expiration", issued.signed().notAfter().getEpochSecond());
        Response response = Response.of(data);
        for (String warning : issued.warnings()) {
            response = response.warning(warning);
        }
        return response;
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

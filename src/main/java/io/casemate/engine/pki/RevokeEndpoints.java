package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.Pem;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Certificate;

/** Revoking: by whoever may, by whoever has the key, and an issuer as a whole. */
final class RevokeEndpoints {
    private static final String ISSUING = "issuing-certificates";
    private static final String CRLS = "crl-signing";
    private static final String OCSP = "ocsp-signing";

    private final Authority authority;
    private final Revoker revoker;

    RevokeEndpoints(Authority authority) {
        this.authority = authority;
        this.revoker = new Revoker(authority);
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("revoke", "Revokes a certificate, by serial number or by the certificate itself.")
                        .field("serial_number", Field.string("Hex, with colons, dashes or neither."))
                        .field("certificate", Field.string("PEM; the only way for certificates that are not kept."))
                        .on(Operation.UPDATE, exchange -> answer(named(exchange.fields())))
                        .build(),
                at("revoke-with-key", "Revokes a certificate for whoever shows its private key.")
                        .field("serial_number", Field.string("Hex, with colons, dashes or neither."))
                        .field("certificate", Field.string("PEM; the only way for certificates that are not kept."))
                        .field("private_key", Field.string("The certificate's private key, PEM."))
                        .on(Operation.UPDATE, this::withKey)
                        .build(),
                at(
                                "issuer/{issuer_ref}/revoke",
                                "Revokes an issuer: it issues no more, and its own issuer's CRL lists it.")
                        .on(Operation.UPDATE, this::issuer)
                        .build());
    }

    private Response answer(Kept kept) {
        Optional<Revocation> counts = revoker.revoke(kept, (byte) 0);
        if (counts.isEmpty()) {
            return Response.none()
                    .warning("certificate with serial " + Ids.colons(serial(kept))
                            + " already expired; refusing to add to CRL");
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("revocation_time", counts.get().when().getEpochSecond());
        data.put("revocation_time_rfc3339", counts.get().when().toString());
        data.put("state", "revoked");
        return Response.of(data);
    }

    private Response withKey(Exchange exchange) {
        Kept kept = named(exchange.fields());
        List<Pem.Block> blocks = Pem.decode(exchange.fields().string("private_key"));
        if (blocks.size() != 1) {
            throw Fault.badRequest("field 'private_key': expected one PEM block");
        }
        SoftwareSigner key = authority.software().decode(blocks.getFirst());
        if (!Arrays.equals(key.publicKey().getEncoded(), publicKey(kept))) {
            throw Fault.badRequest("field 'private_key': it is not the key of this certificate");
        }
        return answer(kept);
    }

    private static byte[] publicKey(Kept kept) {
        try {
            return Certificate.getInstance(kept.der()).getSubjectPublicKeyInfo().getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Kept named(Fields fields) {
        if (fields.string("serial_number").isEmpty()
                == fields.string("certificate").isEmpty()) {
            throw Fault.badRequest("give either serial_number or certificate");
        }
        return fields.string("certificate").isEmpty()
                ? kept(Ids.parseSerial(fields.string("serial_number")))
                : presented(fields.string("certificate"));
    }

    private Kept kept(String serial) {
        return authority
                .certificates()
                .get(serial)
                .orElseThrow(() -> Fault.badRequest("certificate with serial " + Ids.colons(serial) + " not found."));
    }

    /** A certificate that we may have never kept: its issuer's signature shows that it is ours. */
    private Kept presented(String pem) {
        List<Pem.Block> blocks = Pem.decode(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().equals("CERTIFICATE")) {
            throw Fault.badRequest("field 'certificate': expected one PEM block of the kind CERTIFICATE");
        }
        Presented presented = Presented.parse(blocks.getFirst().der());
        Optional<Kept> known = authority
                .certificates()
                .get(Ids.hex(presented.certificate().getSerialNumber().getValue()))
                .filter(kept -> Arrays.equals(kept.der(), presented.der()));
        return known.orElseGet(() -> new Kept(signer(presented).id(), presented.der()));
    }

    /** Who signed it and can tell of it; an issuer whose key is elsewhere would take the revocation and never tell anybody. */
    private Issuer signer(Presented presented) {
        List<Issuer> signers = signers(presented).toList();
        if (signers.isEmpty()) {
            throw Fault.badRequest("the certificate was not issued by an issuer of this mount");
        }
        return signers.stream()
                .filter(each -> RevocationSigner.may(each, CRLS) || RevocationSigner.may(each, OCSP))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest(
                        "the issuer of this certificate, " + signers.getFirst().id()
                                + ", signs neither CRLs nor OCSP answers here: it has no key, or not the usage; revoke the"
                                + " certificate where the issuer's key is"));
    }

    /** Every issuer that signed it as far as its key tells: those of one name and key, which have one CRL. */
    private Stream<Issuer> signers(Presented presented) {
        return authority.issuers().named(presented.certificate().getIssuer()).filter(presented::issuedBy);
    }

    /** One transaction: the mark, the end of its usage, and its place on the CRL of the issuer above, where that is here. */
    private Response issuer(Exchange exchange) {
        Issuer issuer = authority.issuers().find(exchange.fields().string("issuer_ref"));
        Instant now = authority.context().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = issuer.certificate().getEndDate().getDate().toInstant();
        List<Issuer> above = above(issuer);
        Issuer revoked = authority.context().storage().transact(editor -> {
            Issuer before =
                    authority.issuers().byId(editor, issuer.id().toString()).orElseThrow(Fault::notFound);
            Issuer after = without(before);
            Revocations.addIssuer(editor, issuer.id(), now);
            authority.issuers().put(editor, after, before.name());
            if (!above.isEmpty() && end.isAfter(now)) {
                Revocations.add(editor, above.getFirst().id(), issuer.serial(), new Revocation(now, end, (byte) 0));
            }
            return after;
        });
        Response answer = Response.of(new IssuerEndpoints(authority).describe(revoked));
        return above.stream().anyMatch(each -> RevocationSigner.may(each, CRLS))
                ? answer
                : answer.warning(
                        "no issuer that signs CRLs here signed it: whoever issued it has to revoke it too, or, where it"
                                + " signed itself, whoever trusts it has to be told");
    }

    /** Who signed it, unless it did so itself. One whose key is elsewhere counts: the CRL tells of it once the key is here. */
    private List<Issuer> above(Issuer issuer) {
        Presented certificate = Presented.parse(issuer.der());
        return certificate.signsItself() ? List.of() : signers(certificate).toList();
    }

    private static Issuer without(Issuer issuer) {
        Set<String> usages = new HashSet<>(issuer.usages());
        usages.remove(ISSUING);
        return issuer.withUsages(Set.copyOf(usages));
    }

    /** What is revoked does not issue again. */
    static void refuseIssuing(Editor editor, Issuer updated) {
        if (updated.usages().contains(ISSUING) && Revocations.ofIssuer(editor, updated.id())) {
            throw Fault.badRequest("field 'usage': the issuer is revoked and issues no more certificates");
        }
    }

    private static String serial(Kept kept) {
        return Ids.hex(Certificate.getInstance(kept.der()).getSerialNumber().getValue());
    }
}

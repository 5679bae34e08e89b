package io.casemate.engine.pki.acme;

import io.casemate.crypto.X509;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.RequestVerifier.By;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Response;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Revocation (RFC 8555 section 7.6) by whoever may ask for it: the account that got the certificate, an account that has proven
 * to hold every name in it, or the certificate's own key. Accounts have a say in what ACME issued, and in nothing else.
 */
final class CertificateRevocation {
    /** RFC 5280 section 5.3.1, less what is not for the holder of an end certificate to say. */
    private static final Set<Long> REASONS = Set.of(0L, 1L, 3L, 4L, 5L, 9L);

    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private final RequestVerifier verifier;
    private final AcmeStore store;
    private final MountServices services;

    CertificateRevocation(RequestVerifier verifier, AcmeStore store, MountServices services) {
        this.verifier = verifier;
        this.store = store;
        this.services = services;
    }

    Endpoint endpoint(String prefix) {
        return verifier.post(prefix, "revoke-cert", "Revokes a certificate.", By.EITHER, this::revoke);
    }

    private Response revoke(Signed signed) {
        Map<String, Object> wanted = signed.demands();
        if (!(wanted.get("certificate") instanceof String text)) {
            throw ProblemType.MALFORMED.because("'certificate' must be a certificate in DER, in base64url");
        }
        Object sent = wanted.getOrDefault("reason", 0L);
        if (!(sent instanceof Long reason) || !REASONS.contains(reason)) {
            throw ProblemType.BAD_REVOCATION_REASON.because("'reason' must be one of 0, 1, 3, 4, 5 and 9");
        }
        byte[] der = FlattenedJws.bytes("'certificate'", text);
        X509Certificate certificate = X509.certificate(der);
        String serial = Ids.hex(certificate.getSerialNumber());
        Kept kept = services.certificates()
                .get(serial)
                .filter(each -> Arrays.equals(each.der(), der))
                .orElseThrow(() -> ProblemType.MALFORMED.because(404, "this certificate is not of this server"));
        if (!may(signed, serial, certificate)) {
            throw ProblemType.UNAUTHORIZED.because(
                    "neither this certificate's key nor an account that holds its names");
        }
        services.issuers().byCertificate(der).ifPresent(issuer -> {
            throw ProblemType.UNAUTHORIZED.because("this is an issuer of this server, which whoever runs it revokes");
        });
        withdraw(kept, serial, certificate.getNotAfter().toInstant(), reason.byteValue());
        return Response.none().status(200);
    }

    /** Once; what has ended by itself is revoked in effect already. */
    private void withdraw(Kept kept, String serial, Instant end, byte reason) {
        Instant now = services.now();
        Revocation mine = new Revocation(now, end, reason);
        if (services.revocations().get(kept.issuer(), serial).isPresent()) {
            throw ProblemType.ALREADY_REVOKED.because("the certificate is revoked already");
        }
        if (end.isAfter(now)) {
            services.context().storage().transact(editor -> Revocations.add(editor, kept.issuer(), serial, mine));
        }
    }

    private boolean may(Signed signed, String serial, X509Certificate certificate) {
        if (signed.account().isEmpty()) {
            return Arrays.equals(
                    signed.key().getEncoded(), certificate.getPublicKey().getEncoded());
        }
        Account account = signed.owner();
        return store.owner(serial)
                .filter(owner -> owner.account().equals(account.id()) || holdsAll(account, certificate))
                .isPresent();
    }

    private boolean holdsAll(Account account, X509Certificate certificate) {
        Optional<List<Identifier>> names = names(certificate);
        return names.isPresent()
                && !names.get().isEmpty()
                && names.get().stream()
                        .allMatch(name -> store.held(account.id(), name)
                                .filter(proof -> proof.status() == Authorization.Status.VALID)
                                .filter(proof -> proof.holds(services.now()))
                                .isPresent());
    }

    /** Every name of a certificate; empty when one of them is of a kind that no account can hold. */
    private static Optional<List<Identifier>> names(X509Certificate certificate) {
        try {
            Collection<List<?>> sans = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
            List<Identifier> names = new ArrayList<>();
            for (List<?> san : sans) {
                String value = san.get(1).toString();
                if (san.getFirst().equals(SAN_DNS)) {
                    names.add(new Identifier(
                            false,
                            DnsName.parse(value, DnsName.Syntax.UNDERSCORES).text()));
                } else if (san.getFirst().equals(SAN_IP)) {
                    names.add(new Identifier(true, InetAddress.ofLiteral(value).getHostAddress()));
                } else {
                    return Optional.empty();
                }
            }
            return Optional.of(names);
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}

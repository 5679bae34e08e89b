package io.casemate.auth.cert;

import io.casemate.crypto.Pem;
import io.casemate.crypto.X509;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;

/**
 * A revocation list (RFC 5280 section 5), ready to be asked.
 *
 * @param url where it was fetched from; empty when an operator put it here, who then vouches for it
 * @param fetched when it came
 * @param scope what keeps it from speaking of all its issuer's certificates; empty for a complete list
 * @param signers by the hashes of keys, whether they signed it, as far as that was looked at
 */
record RevocationList(
        String name,
        String url,
        Instant fetched,
        ListScope scope,
        X500Principal issuer,
        Instant thisUpdate,
        Optional<Instant> nextUpdate,
        RevokedSerials serials,
        Map<String, Boolean> signers) {
    /** Bytes, in DER: some two hundred thousand entries. */
    static final int LONGEST = 8 << 20;

    private static final String PEM_LABEL = "X509 CRL";

    /** What is stored beside the name; docs/formats/auth-cert.md. */
    record Stored(String url, Instant fetched, byte[] der) {
        static Stored decode(byte[] record) {
            Members members = Members.read("the record of a revocation list", record);
            return new Stored(
                    members.text("url"),
                    members.time("fetched"),
                    Base64.getDecoder().decode(members.text("crl")));
        }

        byte[] encode() {
            return JsonRecord.of(Map.of(
                    "url", url,
                    "fetched", fetched.getEpochSecond(),
                    "crl", Base64.getEncoder().encodeToString(der)));
        }
    }

    /**
     * Reads a list that is about to be taken.
     *
     * @throws FaultException {@code BadRequest} when it is none, or not a complete one of one issuer
     */
    static RevocationList taken(String name, Stored stored) {
        RevocationList list = of(name, stored);
        list.scope.problem().ifPresent(problem -> {
            throw Fault.badRequest(problem);
        });
        return list;
    }

    /**
     * Reads a list that is here. Earlier releases took some that are not complete.
     *
     * @throws FaultException {@code BadRequest} when it is none, or not of one issuer
     */
    static RevocationList of(String name, Stored stored) {
        X509CRL crl = X509.revocationList(stored.der());
        Collection<? extends X509CRLEntry> entries =
                crl.getRevokedCertificates() == null ? List.of() : crl.getRevokedCertificates();
        List<BigInteger> serials = new ArrayList<>(entries.size());
        for (X509CRLEntry entry : entries) {
            if (entry.getCertificateIssuer() != null
                    && !entry.getCertificateIssuer().equals(crl.getIssuerX500Principal())) {
                throw Fault.badRequest("an indirect CRL, with certificates of several issuers, is not taken");
            }
            serials.add(entry.getSerialNumber());
        }
        return new RevocationList(
                name,
                stored.url(),
                stored.fetched(),
                ListScope.of(crl),
                crl.getIssuerX500Principal(),
                crl.getThisUpdate().toInstant(),
                Optional.ofNullable(crl.getNextUpdate()).map(Date::toInstant),
                new RevokedSerials(serials),
                new ConcurrentHashMap<>());
    }

    /** The DER in what was sent or fetched, PEM or DER. */
    static byte[] der(byte[] sent) {
        String text = new String(sent, StandardCharsets.ISO_8859_1);
        if (sent.length == 0 || sent[0] == 0x30 || !text.contains("-----BEGIN ")) {
            return sent;
        }
        return Pem.decode(text).stream()
                .filter(block -> block.label().equals(PEM_LABEL))
                .map(Pem.Block::der)
                .findFirst()
                .orElseThrow(() -> Fault.badRequest("the PEM holds no " + PEM_LABEL));
    }

    /** Whether an operator has to put another in its place, and not the server. */
    boolean uploaded() {
        return url.isEmpty();
    }

    /** Whether a serial number that is not on it says nothing of the certificate. */
    boolean partial() {
        return scope.problem().isPresent();
    }

    boolean expired(Instant now) {
        return nextUpdate.isPresent() && now.isAfter(nextUpdate.get());
    }

    /** Whether {@code key} signed the list with that DER. */
    static boolean signedBy(X509Certificate authority, byte[] der) {
        try {
            X509CRL crl = X509.revocationList(der);
            if (X509.weakSignature(crl.getSigAlgName())) {
                return false;
            }
            crl.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}

package io.casemate.engine.pki.store;

import io.casemate.crypto.Pem;
import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.draft.SignatureScheme;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * A CA certificate that this mount knows, usually with its key.
 *
 * @param keyId empty for a certificate whose key is elsewhere
 * @param usages of {@code read-only issuing-certificates crl-signing ocsp-signing}
 */
public record Issuer(
        UUID id,
        String name,
        String keyId,
        byte[] der,
        Certificate certificate,
        LeafLife leafLife,
        Set<String> usages,
        Extra extra) {

    private static final String CRL_SIGNING = "crl-signing";

    /** All usages, in the API's order. */
    public static final List<String> USAGES = List.of("read-only", "issuing-certificates", CRL_SIGNING, "ocsp-signing");

    /** What happens to a certificate that would outlive its issuer. */
    public enum LeafLife {
        /** It is refused. */
        ERR,
        /** It ends with its issuer. */
        TRUNCATE,
        /** It is made as wanted. */
        PERMIT,
        /** It is refused, also where {@link #ERR} gives way: for CAs and for ACME. */
        ALWAYS_ENFORCE_ERR
    }

    /**
     * What few issuers have.
     *
     * @param manualChain ids of the issuers in its chain, its own first; empty for the chain that is found
     * @param urls in place of the mount's, in the form of {@code config/urls}; empty for those
     * @param revocations how its key signs CRLs and OCSP answers; empty for the usual scheme of such a key
     * @param modified when it was last written; the epoch when that is not known
     */
    public record Extra(
            List<String> manualChain,
            Map<String, Object> urls,
            Optional<SignatureScheme> revocations,
            Instant modified) {
        /** Nothing said. */
        public static final Extra NONE = new Extra(List.of(), Map.of(), Optional.empty(), Instant.EPOCH);
    }

    /** A new issuer with the usual settings, and every usage that its certificate allows. */
    public static Issuer fresh(UUID id, String name, String keyId, byte[] der) {
        Certificate certificate = Certificate.getInstance(der);
        Issuer all = new Issuer(id, name, keyId, der, certificate, LeafLife.ERR, Set.copyOf(USAGES), Extra.NONE);
        return all.withUsages(USAGES.stream().filter(all::certifiedFor).collect(Collectors.toUnmodifiableSet()));
    }

    /** The same with its key. */
    public Issuer withKey(String id) {
        return new Issuer(this.id, name, id, der, certificate, leafLife, usages, extra);
    }

    /** The same with other usages. */
    public Issuer withUsages(Set<String> others) {
        return new Issuer(id, name, keyId, der, certificate, leafLife, others, extra);
    }

    /** The same with another treatment of what would outlive it. */
    public Issuer withLeafLife(LeafLife other) {
        return new Issuer(id, name, keyId, der, certificate, other, usages, extra);
    }

    /** Whether the certificate's key usage, if it has one, allows {@code usage}: only CRLs need a bit of it (RFC 5280 4.2.1.3). */
    public boolean certifiedFor(String usage) {
        return !usage.equals(CRL_SIGNING) || KeyUsages.allows(certificate, KeyUsage.cRLSign);
    }

    /** The certificate in PEM. */
    public String pem() {
        return Pem.encode("CERTIFICATE", der);
    }

    /** Its serial number as storage has it. */
    public String serial() {
        return Ids.hex(certificate.getSerialNumber().getValue());
    }

    /** Signed by its own key, as far as the names tell. */
    public boolean selfIssued() {
        return certificate.getIssuer().equals(certificate.getSubject());
    }
}

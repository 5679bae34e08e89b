package io.casemate.engine.pki.store;

import io.casemate.crypto.Pem;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.x509.Certificate;

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
        Set<String> usages) {

    /** All usages, in the API's order. */
    public static final List<String> USAGES =
            List.of("read-only", "issuing-certificates", "crl-signing", "ocsp-signing");

    /** What happens to a certificate that would outlive its issuer. */
    public enum LeafLife {
        /** It is refused. */
        ERR,
        /** It ends with its issuer. */
        TRUNCATE,
        /** It is made as wanted. */
        PERMIT
    }

    /** The same with its key. */
    public Issuer withKey(String id) {
        return new Issuer(this.id, name, id, der, certificate, leafLife, usages);
    }

    /** The same with other usages. */
    public Issuer withUsages(Set<String> others) {
        return new Issuer(id, name, keyId, der, certificate, leafLife, others);
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

package io.casemate.engine.pki.ocsp;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * What somebody asks about some certificates (RFC 6960 4.1), read within limits. A signature on it is not looked at: answers are
 * public.
 *
 * @param nonce as the request has it, to be given back; at most {@link #MAX_NONCE} bytes
 */
record OcspRequest(List<Asked> certificates, Optional<byte[]> nonce) {
    /** The longest request that is read, in bytes. */
    static final int MAX_BYTES = 8192;

    /** The most certificates in one request. */
    static final int MAX_CERTIFICATES = 20;

    /** RFC 9654 2.1. */
    static final int MAX_NONCE = 128;

    private static final int MAX_SERIAL_BYTES = 64;
    private static final Map<String, String> HASHES = Map.of(
            "1.3.14.3.2.26", "SHA-1",
            "2.16.840.1.101.3.4.2.1", "SHA-256",
            "2.16.840.1.101.3.4.2.2", "SHA-384",
            "2.16.840.1.101.3.4.2.3", "SHA-512");
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(
            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
            OCSPObjectIdentifiers.id_pkix_ocsp_response,
            OCSPObjectIdentifiers.id_pkix_ocsp_service_locator);

    /**
     * One certificate that is asked about.
     *
     * @param id given back as it came
     * @param hash JCA's name of the hash that names the issuer; empty for one that is not known
     */
    record Asked(CertID id, Optional<String> hash) {
        byte[] nameHash() {
            return id.getIssuerNameHash().getOctets();
        }

        byte[] keyHash() {
            return id.getIssuerKeyHash().getOctets();
        }

        BigInteger serial() {
            return id.getSerialNumber().getValue();
        }
    }

    /** Not a request that can be answered: "malformedRequest". */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Reads DER. */
    static OcspRequest parse(byte[] der) throws MalformedException {
        if (der.length > MAX_BYTES) {
            throw new MalformedException("longer than " + MAX_BYTES + " bytes", null);
        }
        try {
            return of(OCSPRequest.getInstance(ASN1Sequence.fromByteArray(der)).getTbsRequest());
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // The ASN.1 reader fails as any RuntimeException on bytes that are not what they claim to be.
            throw new MalformedException("not an OCSP request", e);
        }
    }

    private static OcspRequest of(TBSRequest request) throws MalformedException {
        ASN1Sequence list = request.getRequestList();
        if (list.size() < 1 || list.size() > MAX_CERTIFICATES) {
            throw new MalformedException("asks about " + list.size() + " certificates", null);
        }
        refuseUnknown(request.getRequestExtensions());
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Request each = Request.getInstance(list.getObjectAt(i));
            refuseUnknown(each.getSingleRequestExtensions());
            CertID id = each.getReqCert();
            if (id.getSerialNumber().getValue().toByteArray().length > MAX_SERIAL_BYTES) {
                throw new MalformedException("a serial number is too long", null);
            }
            String hash = HASHES.get(id.getHashAlgorithm().getAlgorithm().getId());
            asked.add(new Asked(id, Optional.ofNullable(hash)));
        }
        return new OcspRequest(List.copyOf(asked), nonce(request.getRequestExtensions()));
    }

    /** RFC 6960 4.4: what is critical and not understood cannot be answered. */
    private static void refuseUnknown(Extensions extensions) throws MalformedException {
        if (extensions != null
                && Arrays.stream(extensions.getCriticalExtensionOIDs()).anyMatch(oid -> !UNDERSTOOD.contains(oid))) {
            throw new MalformedException("a critical extension is not known", null);
        }
    }

    /** The extension's value. RFC 9654 wants an OCTET STRING in it; old clients put the bare bytes there. */
    private static Optional<byte[]> nonce(Extensions extensions) throws MalformedException {
        Extension nonce = extensions == null ? null : extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (nonce == null) {
            return Optional.empty();
        }
        byte[] value = nonce.getExtnValue().getOctets();
        if (length(value) < 1 || length(value) > MAX_NONCE) {
            throw new MalformedException("a nonce has 1 to " + MAX_NONCE + " bytes", null);
        }
        return Optional.of(value);
    }

    private static int length(byte[] value) {
        try {
            return ASN1OctetString.getInstance(value).getOctets().length;
        } catch (RuntimeException e) {
            return value.length;
        }
    }
}

package io.casemate.engine.pki.crl;

import io.casemate.crypto.Pem;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.name.Printable;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * Entries and extensions for a CRL, as a caller gives them.
 *
 * @param ders entries in DER, by serial number
 */
public record ListedCertificates(List<byte[]> ders, List<Extension> extensions) {

    byte[] entries() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ders.forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** All entries of CRLs that {@code issuer}'s key signed; of a serial number on several, the first revocation. */
    public static ListedCertificates merged(Issuer issuer, List<String> pems) {
        Map<BigInteger, X509CRLEntry> all = new TreeMap<>();
        for (String pem : pems) {
            var entries = read(issuer, pem).getRevokedCertificates();
            if (entries != null) {
                entries.forEach(entry -> all.merge(
                        entry.getSerialNumber(),
                        entry,
                        (a, b) -> b.getRevocationDate()
                                        .toInstant()
                                        .isBefore(a.getRevocationDate().toInstant())
                                ? b
                                : a));
            }
        }
        try {
            List<byte[]> ders = new ArrayList<>();
            for (X509CRLEntry entry : all.values()) {
                ders.add(entry.getEncoded());
            }
            return new ListedCertificates(ders, List.of());
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private static X509CRL read(Issuer issuer, String pem) {
        List<Pem.Block> blocks = Pem.decode(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().equals("X509 CRL")) {
            throw Fault.badRequest("field 'crls': each is one PEM block of the kind X509 CRL");
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            PublicKey key = factory.generateCertificate(new ByteArrayInputStream(issuer.der()))
                    .getPublicKey();
            X509CRL crl = (X509CRL) factory.generateCRL(
                    new ByteArrayInputStream(blocks.getFirst().der()));
            crl.verify(key);
            return crl;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private static io.casemate.kernel.FaultException unreadable(Exception cause) {
        return new Fault.BadRequest(List.of("field 'crls': one is no CRL, or not signed by this issuer's key"))
                .causedBy(cause);
    }

    /** Entries and extensions in the API's JSON form; each may be {@code null}. */
    public static ListedCertificates given(Object certificates, Object extensions) {
        Map<BigInteger, byte[]> all = new TreeMap<>();
        for (Map<?, ?> each : maps("revoked_certs", certificates)) {
            BigInteger serial = new BigInteger(Ids.parseSerial(Objects.toString(each.get("serial_number"), "")), 16);
            if (all.put(serial, entry(serial, each)) != null) {
                throw Fault.badRequest("field 'revoked_certs': a serial number is there twice");
            }
        }
        return new ListedCertificates(
                List.copyOf(all.values()),
                maps("extensions", extensions).stream()
                        .map(ListedCertificates::extension)
                        .toList());
    }

    private static byte[] entry(BigInteger serial, Map<?, ?> given) {
        ASN1EncodableVector entry = new ASN1EncodableVector(3);
        entry.add(new ASN1Integer(serial));
        entry.add(Draft.time(time(given.get("revocation_time"))));
        List<Extension> extensions = maps("extensions", given.get("extensions")).stream()
                .map(ListedCertificates::extension)
                .toList();
        if (!extensions.isEmpty()) {
            entry.add(new Extensions(extensions.toArray(Extension[]::new)));
        }
        return Der.of(new DERSequence(entry));
    }

    private static Instant time(Object given) {
        try {
            return given instanceof Long seconds
                    ? Instant.ofEpochSecond(seconds)
                    : OffsetDateTime.parse(Objects.toString(given, "")).toInstant();
        } catch (DateTimeException e) {
            throw new Fault.BadRequest(List.of("field 'revocation_time': such as 2026-01-31T12:00:00Z")).causedBy(e);
        }
    }

    private static Extension extension(Map<?, ?> given) {
        try {
            byte[] value = Base64.getDecoder().decode(Objects.toString(given.get("value"), ""));
            return new Extension(
                    new ASN1ObjectIdentifier(Objects.toString(given.get("id"), "")),
                    Boolean.parseBoolean(Objects.toString(given.get("critical"), "false")),
                    Der.of(ASN1Primitive.fromByteArray(value)));
        } catch (IOException | RuntimeException e) {
            throw new Fault.BadRequest(List.of("field 'extensions': " + Printable.of(String.valueOf(given.get("id")))
                            + ": expected an OID, and DER in base64 as its value"))
                    .causedBy(e);
        }
    }

    private static List<Map<?, ?>> maps(String field, Object given) {
        if (given == null) {
            return List.of();
        }
        if (given instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            return list.stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
        }
        throw Fault.badRequest("field '" + field + "': a list of objects");
    }
}

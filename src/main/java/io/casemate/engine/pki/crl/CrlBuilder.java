package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.store.Revocations.Revocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/**
 * A CRL, version 2 (RFC 5280 5.1). Entries are encoded as they come: memory is what the finished CRL needs, a few times
 * over, and no tree of objects.
 */
final class CrlBuilder {
    private static final int SEQUENCE = 0x30;

    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private int count;

    /** Adds an entry (RFC 5280 5.1.2.6, 5.3.1: reason 0 is left out). */
    void add(String serialHex, Revocation revocation) {
        ASN1EncodableVector entry = new ASN1EncodableVector(3);
        entry.add(new ASN1Integer(new BigInteger(serialHex, 16)));
        entry.add(Draft.time(revocation.when()));
        if (revocation.reason() != 0) {
            entry.add(extensions(Extension.reasonCode, new ASN1Enumerated(revocation.reason())));
        }
        entries.writeBytes(der(new DERSequence(entry)));
        count++;
    }

    /** Entries so far. */
    int count() {
        return count;
    }

    /** What the CRL says beside its entries. */
    record Head(X500Name issuer, byte[] issuerKeyId, long number, Instant thisUpdate, Instant nextUpdate) {}

    /** The TBSCertList in DER. */
    byte[] toBeSigned(Head head, SignatureScheme scheme) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(entries.size() + 1024);
        body.writeBytes(der(new ASN1Integer(1)));
        body.writeBytes(der(scheme.identifier()));
        body.writeBytes(der(head.issuer()));
        body.writeBytes(der(Draft.time(head.thisUpdate())));
        body.writeBytes(der(Draft.time(head.nextUpdate())));
        if (count > 0) {
            body.writeBytes(sequence(entries));
        }
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(head.issuerKeyId()));
            extensions.addExtension(Extension.cRLNumber, false, new ASN1Integer(head.number()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        body.writeBytes(der(new DERTaggedObject(true, 0, extensions.generate())));
        return sequence(body);
    }

    /** The CRL in DER. */
    static byte[] signed(byte[] toBeSigned, SignatureScheme scheme, byte[] signature) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(toBeSigned.length + 1024);
        body.writeBytes(toBeSigned);
        body.writeBytes(der(scheme.identifier()));
        body.writeBytes(der(new DERBitString(signature)));
        return sequence(body);
    }

    private static Extensions extensions(org.bouncycastle.asn1.ASN1ObjectIdentifier oid, ASN1Encodable value) {
        ExtensionsGenerator generator = new ExtensionsGenerator();
        try {
            generator.addExtension(oid, false, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return generator.generate();
    }

    private static byte[] sequence(ByteArrayOutputStream content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.size() + 6);
        out.write(SEQUENCE);
        int length = content.size();
        if (length < 128) {
            out.write(length);
        } else {
            int octets = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] der(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

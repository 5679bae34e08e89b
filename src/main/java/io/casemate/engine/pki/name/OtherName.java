package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;

/**
 * An {@code otherName} whose value is a UTF8String (RFC 5280 4.2.1.6), such as a Microsoft user principal name. Other kinds
 * of values are not signed: nothing could say what a pattern means for them.
 *
 * @param type its OID in dotted form
 */
public record OtherName(String type, String text) {
    private static final int MAX = 1024;

    /**
     * Reads {@code <oid>;UTF8:<text>}.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for anything else
     */
    public static OtherName parse(String spelt) {
        int semicolon = spelt.indexOf(';');
        int colon = spelt.indexOf(':', semicolon + 1);
        if (semicolon < 1 || colon < 0) {
            throw refuse(spelt);
        }
        String kind = spelt.substring(semicolon + 1, colon).strip().toUpperCase(Locale.ROOT);
        if (!kind.equals("UTF8") && !kind.equals("UTF-8")) {
            throw refuse(spelt);
        }
        return of(spelt.substring(0, semicolon).strip(), spelt.substring(colon + 1));
    }

    /** From a CSR or a certificate, {@code [0]} of GeneralName. */
    public static OtherName of(ASN1Primitive encoded) {
        ASN1Sequence parts = ASN1Sequence.getInstance(encoded);
        ASN1TaggedObject value = ASN1TaggedObject.getInstance(parts.getObjectAt(1), BERTags.CONTEXT_SPECIFIC, 0);
        if (parts.size() != 2 || !(value.getExplicitBaseObject() instanceof ASN1UTF8String utf8)) {
            throw Fault.badRequest("other SAN: only values of the type UTF8 are signed");
        }
        return of(ASN1ObjectIdentifier.getInstance(parts.getObjectAt(0)).getId(), utf8.getString());
    }

    /** As {@link #parse} reads it. */
    public String spelt() {
        return type + ";UTF8:" + text;
    }

    /** Whether {@code pattern}, {@code *} or {@code <oid>;UTF8:<glob>}, allows it. */
    public boolean matches(String pattern) {
        return pattern.equals("*") || tryPattern(pattern).filter(this::matches).isPresent();
    }

    /** Whether {@code pattern} is one. */
    public static boolean isPattern(String pattern) {
        return pattern.equals("*") || tryPattern(pattern).isPresent();
    }

    /** ASN.1, for {@code [0]} of GeneralName. */
    public DERSequence encoded() {
        return new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
            new ASN1ObjectIdentifier(type), new DERTaggedObject(true, 0, new DERUTF8String(text))
        });
    }

    private boolean matches(OtherName pattern) {
        return pattern.type.equals(type) && Glob.matches(pattern.text, text);
    }

    private static Optional<OtherName> tryPattern(String pattern) {
        try {
            return Optional.of(parse(pattern));
        } catch (io.casemate.kernel.FaultException e) {
            return Optional.empty();
        }
    }

    private static OtherName of(String oid, String text) {
        if (oid.length() > 128 || ASN1ObjectIdentifier.tryFromID(oid) == null) {
            throw new Fault.BadRequest(List.of("other SAN: '" + Printable.of(oid) + "' is not an object identifier"))
                    .asException();
        }
        return new OtherName(oid, SubjectText.check("other_sans", text, MAX));
    }

    private static RuntimeException refuse(String spelt) {
        return Fault.badRequest("'" + Printable.of(spelt) + "' is not an other SAN: expected <oid>;UTF8:<text>");
    }
}

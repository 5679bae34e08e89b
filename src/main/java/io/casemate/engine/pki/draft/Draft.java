package io.casemate.engine.pki.draft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** A certificate somebody would like to have. Nobody signs one: it has to pass {@link Linter} first. */
public record Draft(
        BigInteger serial,
        X500Name issuer,
        X500Name subject,
        Instant notBefore,
        Instant notAfter,
        SubjectPublicKeyInfo key,
        SignatureScheme scheme,
        Extensions extensions) {

    private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The time as RFC 5280 4.1.2.5 wants it: two-digit years through 2049, four digits from 2050. */
    public static Time time(Instant instant) {
        return instant.isBefore(YEAR_2050)
                ? new Time(new ASN1UTCTime(UTC.format(instant)))
                : new Time(new ASN1GeneralizedTime(GENERALIZED.format(instant)));
    }

    /** The TBSCertificate in DER, RFC 5280 4.1. */
    byte[] encode() {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new org.bouncycastle.asn1.ASN1Integer(serial));
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(time(notBefore));
        generator.setEndDate(time(notAfter));
        generator.setSubjectPublicKeyInfo(key);
        generator.setSignature(scheme.identifier());
        generator.setExtensions(extensions);
        try {
            return generator.generateTBSCertificate().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.casemate.engine.pki.draft;

import static io.casemate.engine.pki.draft.LintRule.must;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.x509.Time;

/** Rules on the outer fields: version, serial number, signature algorithm, validity. */
final class ProfileRules {
    /** What BouncyCastle makes of both encodings, when they end with Z as they must. */
    private static final DateTimeFormatter WHOLE_SECONDS =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'GMT+00:00'").withResolverStyle(ResolverStyle.STRICT);

    private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");

    static final List<LintRule> ALL = List.of(
            must("version_3", "RFC 5280 4.1.2.1", c -> c.tbs().getVersionNumber() == 3, "the version is not 3"),
            must(
                    "serial_positive",
                    "RFC 5280 4.1.2.2",
                    c -> serial(c).signum() > 0,
                    "the serial number is not positive"),
            must(
                    "serial_20_octets",
                    "RFC 5280 4.1.2.2",
                    c -> serial(c).toByteArray().length <= 20,
                    "the serial number is longer than 20 octets"),
            must("serial_64_bits", "BR 7.1", c -> serial(c).bitLength() >= 64, "the serial number has under 64 bits"),
            must(
                    "signature_strong",
                    "BR 7.1.3.2",
                    c -> SignatureScheme.of(c.tbs().getSignature()).isPresent(),
                    "the signature algorithm is weak or unknown"),
            must(
                    "validity_ordered",
                    "RFC 5280 4.1.2.5",
                    c -> instant(c.tbs().getStartDate())
                            .isBefore(instant(c.tbs().getEndDate())),
                    "notAfter is not later than notBefore"),
            must(
                    "validity_encoding",
                    "RFC 5280 4.1.2.5",
                    c -> wellEncoded(c.tbs().getStartDate())
                            && wellEncoded(c.tbs().getEndDate()),
                    "a date before 2050 is not UTCTime, or one from 2050 on is not GeneralizedTime"));

    private ProfileRules() {}

    private static BigInteger serial(Candidate candidate) {
        return candidate.tbs().getSerialNumber().getValue();
    }

    /** Read by java.time where it can be: a draft's dates are looked at ten times, and getDate makes a parser for each. */
    static Instant instant(Time time) {
        String text = time.getTime();
        try {
            return LocalDateTime.parse(text, WHOLE_SECONDS).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException _) {
            return time.getDate().toInstant();
        }
    }

    private static boolean wellEncoded(Time time) {
        boolean generalized = time.toASN1Primitive() instanceof ASN1GeneralizedTime;
        return generalized == !instant(time).isBefore(YEAR_2050);
    }
}

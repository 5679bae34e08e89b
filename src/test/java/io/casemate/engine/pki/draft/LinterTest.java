package io.casemate.engine.pki.draft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule is broken once, alone, and is the one that answers. */
class LinterTest {
    private static final SubjectPublicKeyInfo EC = key(KeyKind.EC_P256);
    private static final SubjectPublicKeyInfo RSA = key(KeyKind.RSA_2048);
    private static final SubjectPublicKeyInfo ED = key(KeyKind.ED25519);
    private static final Certificate ISSUER = issuer(0);

    /** A draft in parts that a case may change. */
    static final class Parts {
        private BigInteger serial = BigInteger.ONE.shiftLeft(150);
        private String issuer = "CN=Root";
        private X500Name subject = new X500Name("CN=a.example.com");
        private Instant notBefore = Instant.parse("2030-01-01T00:00:00Z");
        private Instant notAfter = Instant.parse("2030-02-01T00:00:00Z");
        private SubjectPublicKeyInfo key = EC;
        private final ExtensionsGenerator extensions = new ExtensionsGenerator();

        private Parts() {
            set(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            set(Extension.subjectAlternativeName, false, names("a.example.com"));
            set(
                    Extension.authorityKeyIdentifier,
                    false,
                    new org.bouncycastle.asn1.x509.AuthorityKeyIdentifier(new byte[20]));
        }

        private void set(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
            try {
                if (extensions.hasExtension(oid)) {
                    extensions.replaceExtension(oid, critical, value);
                } else {
                    extensions.addExtension(oid, critical, value);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void ca(int pathLength) {
            set(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            set(Extension.basicConstraints, true, new BasicConstraints(pathLength));
            set(
                    Extension.subjectKeyIdentifier,
                    false,
                    new org.bouncycastle.asn1.x509.SubjectKeyIdentifier(new byte[20]));
        }

        private Draft draft() {
            return new Draft(
                    serial,
                    new X500Name(issuer),
                    subject,
                    notBefore,
                    notAfter,
                    key,
                    SignatureScheme.ECDSA_SHA256,
                    extensions.generate());
        }
    }

    record Case(String rule, Consumer<Parts> breaking) {}

    static Stream<Case> cases() {
        return Stream.of(outer(), keysAndExtensions(), issuers()).flatMap(cases -> cases);
    }

    private static Stream<Case> outer() {
        return Stream.of(
                new Case("serial_positive", p -> p.serial = p.serial.negate()),
                new Case("serial_20_octets", p -> p.serial = BigInteger.ONE.shiftLeft(160)),
                new Case("serial_64_bits", p -> p.serial = BigInteger.TEN),
                new Case("encoding", p -> p.notBefore = Instant.parse("1926-01-01T00:00:00Z")),
                new Case("validity_ordered", p -> p.notAfter = p.notBefore),
                new Case("subject_bounds", p -> {
                    p.subject = new X500Name("OU=" + "x".repeat(65) + ",CN=a.example.com");
                }),
                new Case("country_printable", p -> p.subject = utf8Country()),
                new Case("one_common_name", p -> p.subject = new X500Name("CN=a.example.com,CN=a.example.com")),
                new Case("no_subject_needs_critical_san", p -> p.subject = new X500Name("")),
                new Case(
                        "san_syntax",
                        p -> p.set(Extension.subjectAlternativeName, false, names("a.example.com", "a..b"))),
                new Case(
                        "san_syntax",
                        p -> p.set(Extension.subjectAlternativeName, false, names("a.example.com", "A.b"))),
                new Case(
                        "san_syntax",
                        p -> p.set(Extension.subjectAlternativeName, false, names("a.example.com", "a_b.c"))),
                new Case(
                        "san_unique",
                        p -> p.set(Extension.subjectAlternativeName, false, names("a.example.com", "a.example.com"))),
                new Case("cn_in_sans", p -> p.subject = new X500Name("CN=b.example.com")));
    }

    private static Stream<Case> keysAndExtensions() {
        return Stream.of(
                new Case("key_strong", p -> p.key = weakRsa()),
                new Case("key_usage_not_empty", p -> p.set(Extension.keyUsage, true, new KeyUsage(0))),
                new Case(
                        "key_usage_fits_ec",
                        p -> p.set(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment))),
                new Case("key_usage_fits_rsa", p -> {
                    p.key = RSA;
                    p.set(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyAgreement));
                }),
                new Case("key_usage_fits_signing_key", p -> {
                    p.key = ED;
                    p.set(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyAgreement));
                }),
                new Case(
                        "cert_sign_only_for_ca",
                        p -> p.set(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))),
                new Case("path_length_of_issuer", p -> p.ca(0)),
                new Case("ca_constraints_critical", p -> {
                    p.ca(0);
                    p.set(Extension.basicConstraints, false, new BasicConstraints(0));
                }),
                new Case("name_constraints_only_for_ca", p -> p.set(Extension.nameConstraints, true, constraints("a"))),
                new Case(
                        "ext_key_usage_not_empty",
                        p -> p.set(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[0]))));
    }

    private static Stream<Case> issuers() {
        return Stream.of(
                new Case(
                        "authority_key_id",
                        p -> p.set(
                                Extension.authorityKeyIdentifier,
                                false,
                                new org.bouncycastle.asn1.x509.AuthorityKeyIdentifier(new byte[19]))),
                new Case("issuer_is_signer", p -> p.issuer = "CN=Another"),
                new Case("not_after_within_issuer", p -> p.notAfter = Instant.parse("2051-01-01T00:00:00Z")),
                new Case("name_constraints_of_issuer", p -> {
                    p.subject = new X500Name("CN=a.evil.org");
                    p.set(Extension.subjectAlternativeName, false, names("a.evil.org"));
                }));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_broken_rule_answers(Case each) {
        Parts parts = new Parts();
        each.breaking.accept(parts);
        FaultException e = assertThrows(
                FaultException.class, () -> Linter.pass(parts.draft(), List.of(ISSUER), Set.of()), each.rule);
        List<String> findings =
                assertInstanceOf(Fault.BadRequest.class, e.fault()).details();
        assertTrue(findings.stream().anyMatch(f -> f.startsWith("lint " + each.rule + " (")), findings::toString);
    }

    @Test
    void a_good_draft_passes() {
        Parts parts = new Parts();
        LintedDraft linted = Linter.pass(parts.draft(), List.of(ISSUER), Set.of());
        assertEquals(parts.serial, linted.serial());
        assertEquals(parts.notAfter, linted.notAfter());
    }

    @Test
    void leniency_lets_pass_what_it_names_and_no_more() {
        Parts outlives = new Parts();
        outlives.notAfter = Instant.parse("2051-01-01T00:00:00Z");
        Linter.pass(outlives.draft(), List.of(ISSUER), Set.of(Leniency.MAY_OUTLIVE_ISSUER));
        Parts excluded = new Parts();
        excluded.subject = new X500Name("CN=b.example.com");
        Linter.pass(excluded.draft(), List.of(ISSUER), Set.of(Leniency.CN_NOT_IN_SANS));
        assertThrows(
                FaultException.class,
                () -> Linter.pass(excluded.draft(), List.of(ISSUER), Set.of(Leniency.MAY_OUTLIVE_ISSUER)));
    }

    @Test
    void every_rule_names_its_section() {
        assertTrue(Linter.rules().size() >= 35, "" + Linter.rules().size());
        Linter.rules().forEach(rule -> assertTrue(rule.matches("[a-z0-9_]+ \\((RFC \\d+|BR) [^)]*.*\\)"), rule));
        assertEquals(Linter.rules().size(), Linter.rules().stream().distinct().count());
    }

    @Test
    void weak_keys() {
        assertTrue(KeyStrength.weakness(weakRsa()).isPresent());
        assertTrue(KeyStrength.weakness(EC).isEmpty());
        assertTrue(KeyStrength.weakness(RSA).isEmpty());
        assertTrue(KeyStrength.weakness(ED).isEmpty());
        byte[] point = EC.getPublicKeyData().getOctets().clone();
        point[40] ^= 1;
        assertTrue(KeyStrength.weakness(new SubjectPublicKeyInfo(EC.getAlgorithm(), point))
                .isPresent());
        BigInteger roca = rocaModulus();
        assertTrue(KeyStrength.weakness(rsa(roca, BigInteger.valueOf(65537)))
                .orElse("")
                .contains("ROCA"));
        BigInteger good = ((java.security.interfaces.RSAPublicKey) rsaKey()).getModulus();
        assertTrue(KeyStrength.weakness(rsa(good, BigInteger.valueOf(3))).isPresent());
        assertTrue(KeyStrength.weakness(rsa(good.shiftLeft(8), BigInteger.valueOf(65537)))
                .isPresent());
        assertTrue(KeyStrength.weakness(rsa(
                        good.add(BigInteger.TWO.multiply(BigInteger.valueOf(751)))
                                .subtract(good.mod(BigInteger.valueOf(751))),
                        BigInteger.valueOf(65537)))
                .isPresent());
    }

    /** 65537^a modulo the product of the small primes, with free high bits: the shape of the flawed generator. */
    private static BigInteger rocaModulus() {
        BigInteger product = Stream.iterate(BigInteger.TWO, BigInteger::nextProbablePrime)
                .limit(126)
                .reduce(BigInteger.ONE, BigInteger::multiply);
        BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(123_457), product);
        BigInteger high = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.ONE);
        BigInteger candidate = high.multiply(product).add(power);
        while (KeyStrength.weakness(rsa(candidate, BigInteger.valueOf(65537)))
                .orElse("")
                .contains("factor")) {
            candidate = candidate.add(product);
        }
        return candidate;
    }

    private static SubjectPublicKeyInfo rsa(BigInteger modulus, BigInteger exponent) {
        try {
            return new SubjectPublicKeyInfo(
                    RSA.getAlgorithm(), new org.bouncycastle.asn1.pkcs.RSAPublicKey(modulus, exponent));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SubjectPublicKeyInfo weakRsa() {
        return rsa(BigInteger.ONE.shiftLeft(1023).add(BigInteger.ONE), BigInteger.valueOf(65537));
    }

    private static java.security.PublicKey rsaKey() {
        try {
            return java.security.KeyFactory.getInstance("RSA")
                    .generatePublic(new java.security.spec.X509EncodedKeySpec(RSA.getEncoded()));
        } catch (IOException | java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static SubjectPublicKeyInfo key(KeyKind kind) {
        return SubjectPublicKeyInfo.getInstance(
                new SoftwareKeys(new SecureRandom()).generate(kind).publicKey().getEncoded());
    }

    private static Certificate issuer(int pathLength) {
        Parts parts = new Parts();
        parts.subject = new X500Name("CN=Root");
        parts.ca(pathLength);
        parts.set(
                Extension.subjectKeyIdentifier,
                false,
                new org.bouncycastle.asn1.x509.SubjectKeyIdentifier(new byte[20]));
        parts.set(Extension.nameConstraints, true, constraints("example.com"));
        parts.notAfter = Instant.parse("2050-01-01T00:00:00Z");
        return Certificate.getInstance(
                Linter.pass(parts.draft(), List.of(), Set.of()).signed(new byte[1]));
    }

    private static NameConstraints constraints(String domain) {
        return new NameConstraints(
                new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain))}, null);
    }

    private static GeneralNames names(String... names) {
        return new GeneralNames(Stream.of(names)
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static X500Name utf8Country() {
        return new org.bouncycastle.asn1.x500.X500NameBuilder()
                .addRDN(org.bouncycastle.asn1.x500.style.BCStyle.C, new org.bouncycastle.asn1.DERUTF8String("CH"))
                .build();
    }
}

package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;

/**
 * Property: whatever way a name comes in, a certificate under a role for the sub-domains of example.com holds such names
 * only. The judge reads certificates with the JDK and knows nothing of our parsers.
 */
class NameBypassTest {
    private static final int ROUNDS = Integer.getInteger("casemate.pki.rounds", 300);
    private static final String[] PARTS = {
        "example.com",
        "evil.org",
        "a",
        "www",
        "*",
        "*.",
        ".",
        "..",
        "-",
        "_",
        "@",
        "\u0000",
        "%00",
        " ",
        "\n",
        "\t",
        ",",
        "/",
        "EXAMPLE.COM",
        "Example.Com.",
        "example\u3002com",
        "\uff0e",
        "\u212a",
        "\u0130",
        "\u00df",
        "xn--",
        "xn--bcher-kva",
        "b\u00fccher",
        "\u200b",
        "\u202e",
        "example.com.evil.org",
        "notexample.com",
        "localhost",
        "10.0.0.1",
        "::1",
        "\\",
        "\"",
        "+",
        "=",
        "#",
        "CN=evil.org",
        "\ufeff",
        "\u0435xample.com",
        "example.com:443",
        "http://",
        "com"
    };

    private final PkiFixture pki = new PkiFixture();
    private final SplittableRandom random = new SplittableRandom(20261122);
    private int issued;

    @Test
    void no_name_passes_a_role_that_does_not_allow_it() {
        pki.rootAndRole();
        pki.write(
                "roles/csr",
                "allowed_domains",
                "example.com",
                "allow_subdomains",
                true,
                "allow_localhost",
                false,
                "allow_ip_sans",
                false,
                "require_cn",
                false,
                "key_type",
                "any",
                "no_store",
                true);
        for (int round = 0; round < ROUNDS; round++) {
            byField(name());
            byCommonNameOfCsr(name());
            byAltNameOfCsr(name());
        }
        assertTrue(issued > ROUNDS / 20, "the generator has to find good names too: " + issued);
    }

    /** The same for names of other kinds, each kind with a rule of its own, in whatever form a CSR gives them. */
    @Test
    void no_other_name_passes_either() throws Exception {
        pki.rootAndRole();
        pki.write(
                "roles/csr",
                "allowed_ip_sans_cidr",
                "10.0.0.0/8,2001:db8::/32",
                "allowed_uri_sans",
                "spiffe://td/*",
                "allowed_other_sans",
                "1.3.6.1.4.1.311.20.2.3;UTF8:*@example.com",
                "allow_localhost",
                false,
                "require_cn",
                false,
                "key_type",
                "any",
                "no_store",
                true);
        for (int round = 0; round < ROUNDS; round++) {
            var names = new DERSequence(otherKind());
            var extensions = Csrs.extension(Extension.subjectAlternativeName, names);
            try {
                Object pem = pki.write("sign/csr", "csr", Csrs.pem(Csrs.der(new X500Name(""), extensions)))
                        .get("certificate");
                PkiFixture.certificate(pem).getSubjectAlternativeNames().forEach(NameBypassTest::judgeOther);
                issued++;
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
        assertTrue(issued > ROUNDS / 20, "the generator has to find good names too: " + issued);
    }

    private static void judgeOther(List<?> name) {
        boolean good = switch ((Integer) name.getFirst()) {
            case 0 -> new String((byte[]) name.get(1), StandardCharsets.UTF_8).matches("(?s).*[^@]*@example\\.com");
            case 6 ->
                name.get(1).toString().startsWith("spiffe://td/")
                        && !name.get(1).toString().contains("..");
            case 7 -> name.get(1).toString().matches("10\\.[0-9.]+|2001:db8:.*|2001:0?db8:.*");
            default -> false;
        };
        assertTrue(good, name.toString());
    }

    private ASN1Encodable otherKind() {
        return switch (random.nextInt(3)) {
            case 0 -> {
                String[] texts = {
                    "joe@example.com",
                    "joe@evil.org",
                    "joe@example.com\u0000.evil.org",
                    "@example.com",
                    "",
                    "joe@EXAMPLE.com",
                    "joe@example.com "
                };
                String text = texts[random.nextInt(texts.length)];
                String oid = random.nextInt(3) == 0 ? "1.2.3" : "1.3.6.1.4.1.311.20.2.3";
                ASN1Encodable value =
                        random.nextInt(3) == 0 ? new DERIA5String("joe@evil.org") : new DERUTF8String(text);
                yield new DERTaggedObject(false, 0, new DERSequence(new ASN1Encodable[] {
                    new org.bouncycastle.asn1.ASN1ObjectIdentifier(oid), new DERTaggedObject(true, 0, value)
                }));
            }
            case 1 -> {
                String[] texts = {
                    "spiffe://td/a",
                    "spiffe://td/../x",
                    "SPIFFE://td/a",
                    "spiffe://td/%2e%2e/x",
                    "spiffe://evil/a",
                    "spiffe://td",
                    "http://spiffe://td/a",
                    "spiffe://td/a\u0000",
                    "spiffe://td@evil/a"
                };
                yield new DERTaggedObject(false, 6, new DERIA5String(texts[random.nextInt(texts.length)]));
            }
            default -> {
                byte[] octets = new byte[new int[] {4, 16, 4, 16, 3, 5, 8, 0}[random.nextInt(8)]];
                random.nextBytes(octets);
                if (octets.length == 16 && random.nextBoolean()) {
                    byte[] prefix = random.nextBoolean()
                            ? new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10}
                            : new byte[] {0x20, 1, 0x0d, (byte) 0xb8};
                    System.arraycopy(prefix, 0, octets, 0, prefix.length);
                } else if (octets.length == 4 && random.nextBoolean()) {
                    octets[0] = 10;
                }
                yield new DERTaggedObject(false, 7, new DEROctetString(octets));
            }
        };
    }

    private void byField(String name) {
        attempt("issue/csr", PkiFixture.map("alt_names", List.of(name), "key_type", "ec"), name);
        attempt("sign/csr", PkiFixture.map("common_name", name, "csr", Csrs.pem("CN=ok.example.com")), name);
        attempt(
                "issue/csr",
                PkiFixture.map("common_name", name, "exclude_cn_from_sans", "true", "key_type", "ec"),
                name);
    }

    private void byCommonNameOfCsr(String name) {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.OU, new DERUTF8String("evil.org"))
                .addRDN(BCStyle.CN, encoded(name))
                .build();
        attempt("sign/csr", PkiFixture.map("csr", Csrs.pem(Csrs.der(subject, null))), name);
    }

    private void byAltNameOfCsr(String name) {
        int tag = random.nextInt(9);
        ASN1Encodable value = tag == 7
                ? new DEROctetString(name.getBytes(StandardCharsets.UTF_8))
                : tag == 0 || tag == 3 || tag == 4 || tag == 5
                        ? new DERSequence(new DERUTF8String(name))
                        : new DERIA5String(name.codePoints().allMatch(c -> c < 256) ? name : "evil.org");
        var names = new DERSequence(new DERTaggedObject(false, tag, value));
        var extensions = Csrs.extension(Extension.subjectAlternativeName, names);
        attempt("sign/csr", PkiFixture.map("csr", Csrs.pem(Csrs.der(new X500Name(""), extensions))), name);
    }

    private void attempt(String path, Map<String, Object> data, String name) {
        try {
            Map<String, Object> answer = PkiFixture.data(pki.call(io.casemate.kernel.Operation.UPDATE, path, data));
            judge(PkiFixture.certificate(answer.get("certificate")), name);
            issued++;
        } catch (FaultException e) {
            assertInstanceOf(Fault.BadRequest.class, e.fault(), () -> path + " " + name);
        }
    }

    private static void judge(X509Certificate certificate, String name) {
        for (String each : namesOf(certificate)) {
            assertTrue(
                    each.matches(
                                    "(\\*\\.)?([a-z0-9-]+\\.)*example\\.com|([a-z0-9!#$%&'*+/=?^`{|}~.-]+@)([a-z0-9-]+\\.)+example\\.com")
                            && !each.equals("example.com")
                            && each.toLowerCase(Locale.ROOT).equals(each),
                    () -> "'" + name + "' became '" + each + "'");
            assertFalse(each.contains(".."));
        }
    }

    private static List<String> namesOf(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                names.add(rdn.getValue().toString().toLowerCase(Locale.ROOT));
            }
            Collection<List<?>> alternative = certificate.getSubjectAlternativeNames();
            for (List<?> each : alternative == null ? List.<List<?>>of() : alternative) {
                names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
            }
        } catch (CertificateParsingException | InvalidNameException e) {
            throw new AssertionError(e);
        }
        return names;
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        int parts = 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            name.append(PARTS[random.nextInt(PARTS.length)]);
            name.append(random.nextInt(3) == 0 ? "." : "");
        }
        return random.nextInt(3) == 0 ? name + ".example.com" : name.toString();
    }

    private ASN1Encodable encoded(String name) {
        boolean bmp = name.codePoints().allMatch(Character::isBmpCodePoint);
        return switch (random.nextInt(6)) {
            case 0 -> bmp ? new DERBMPString(name) : new DERUTF8String(name);
            case 1 -> new DERT61String(name);
            case 2 -> new DERUniversalString(name.getBytes(java.nio.charset.Charset.forName("UTF-32BE")));
            case 3 ->
                DERPrintableString.isPrintableString(name) ? new DERPrintableString(name) : new DERUTF8String(name);
            case 4 -> DERIA5String.isIA5String(name) ? new DERIA5String(name) : new DERUTF8String(name);
            default -> new DERUTF8String(name);
        };
    }
}

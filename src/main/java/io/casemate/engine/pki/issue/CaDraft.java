package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.SignatureScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Turns a request for a CA into a draft. */
public final class CaDraft {
    private CaDraft() {}

    /** Who signs, and how: a root signs itself and has no issuer. */
    public record By(Optional<Certificate> issuer, SignatureScheme scheme, Urls urls) {}

    /** The draft of a CA certificate for {@code key}. */
    public static Draft of(CaRequest ask, BigInteger serial, SubjectPublicKeyInfo key, Validity validity, By by) {
        return new Draft(
                serial,
                by.issuer().map(Certificate::getSubject).orElse(ask.subject()),
                ask.subject(),
                validity.notBefore(),
                validity.notAfter(),
                key,
                by.scheme(),
                extensions(ask, key, by));
    }

    private static Extensions extensions(CaRequest ask, SubjectPublicKeyInfo key, By by) {
        ExtensionsGenerator all = new ExtensionsGenerator();
        try {
            all.addExtension(
                    Extension.keyUsage, true, new KeyUsage(ask.signing().usages()));
            all.addExtension(
                    Extension.basicConstraints,
                    true,
                    ask.maxPathLength() < 0 ? new BasicConstraints(true) : new BasicConstraints(ask.maxPathLength()));
            CaExtensions.keyIds(all, ask.keyId().isEmpty() ? KeyIds.of(key) : hex(ask.keyId()), by.issuer());
            if (by.issuer().isPresent()) {
                by.urls().addTo(all);
            }
            if (!ask.altNames().isEmpty()) {
                all.addExtension(
                        Extension.subjectAlternativeName, false, ask.altNames().encode());
            }
            if (!ask.constraints().isEmpty()) {
                all.addExtension(
                        Extension.nameConstraints, true, ask.constraints().encode());
            }
            return all.generate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}

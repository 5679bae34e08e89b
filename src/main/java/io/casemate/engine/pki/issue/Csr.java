package io.casemate.engine.pki.issue;

import io.casemate.crypto.Pem;
import io.casemate.crypto.Signatures;
import io.casemate.engine.pki.draft.KeyStrength;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * A certification request (PKCS #10, RFC 2986) whose sender has shown to hold the private key. Nothing in it is believed
 * beyond that: its names and extensions are wishes.
 */
public final class Csr {
    /** Longest request that is read, as text. */
    public static final int MAX_LENGTH = 65_536;

    private final SubjectPublicKeyInfo key;
    private final PublicKey publicKey;
    private final X500Name subject;
    private final Optional<Extensions> extensions;

    private Csr(PKCS10CertificationRequest request, SubjectPublicKeyInfo key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
        this.subject = request.getSubject();
        this.extensions = requested(request);
    }

    /**
     * Reads and verifies a request in PEM.
     *
     * @throws FaultException {@code BadRequest}: not a request, a weak key, or a signature that is not the key's
     */
    public static Csr parse(String pem) {
        if (pem.length() > MAX_LENGTH) {
            throw Fault.badRequest("field 'csr': longer than " + MAX_LENGTH + " characters");
        }
        List<Pem.Block> blocks = Pem.decode(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().endsWith("CERTIFICATE REQUEST")) {
            throw Fault.badRequest("field 'csr': expected one PEM block of the kind CERTIFICATE REQUEST");
        }
        try {
            return verified(new PKCS10CertificationRequest(blocks.getFirst().der()));
        } catch (FaultException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The ASN.1 reader fails as any RuntimeException on bytes that are not what they claim to be.
            throw new Fault.BadRequest(List.of("field 'csr': not a certification request")).causedBy(e);
        }
    }

    /** The key to certify, exactly as it will stand in the certificate. */
    public SubjectPublicKeyInfo key() {
        return key;
    }

    /** The same for the JDK. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** The subject as wished. */
    public X500Name subject() {
        return subject;
    }

    /** The one common name, if there is one. */
    public Optional<String> commonName() {
        return CsrNames.commonName(subject);
    }

    /** The alternative names, each read as strictly as those in fields. */
    public AltNames altNames(DnsName.Syntax syntax) {
        return extension(Extension.subjectAlternativeName)
                .map(san -> CsrNames.altNames(san, syntax))
                .orElse(AltNames.NONE);
    }

    /** The wished extensions. */
    public Optional<Extensions> extensions() {
        return extensions;
    }

    /** One of them. */
    public Optional<Extension> extension(org.bouncycastle.asn1.ASN1ObjectIdentifier oid) {
        return extensions.map(all -> all.getExtension(oid));
    }

    /**
     * An extension's value, read by {@code reader}.
     *
     * @throws FaultException {@code BadRequest} when it is not what the extension's name promises
     */
    static <T> T value(Extension extension, Function<Object, T> reader) {
        try {
            T value = reader.apply(extension.getParsedValue());
            if (value != null) {
                return value;
            }
        } catch (RuntimeException e) {
            // As everywhere with ASN.1 of unknown origin: any failure means that it is not what it claims to be.
            throw new Fault.BadRequest(List.of(unreadable(extension))).causedBy(e);
        }
        throw Fault.badRequest(unreadable(extension));
    }

    private static String unreadable(Extension extension) {
        return "field 'csr': its extension " + extension.getExtnId() + " cannot be read";
    }

    private static Csr verified(PKCS10CertificationRequest request) throws IOException {
        SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
        KeyStrength.weakness(key).ifPresent(weakness -> {
            throw Fault.badRequest("field 'csr': " + weakness);
        });
        SignatureScheme scheme = SignatureScheme.of(request.getSignatureAlgorithm())
                .orElseThrow(() -> Fault.badRequest("field 'csr': its signature algorithm is weak or not supported"));
        try {
            PublicKey publicKey = KeyFactory.getInstance(scheme.keyAlgorithm())
                    .generatePublic(new X509EncodedKeySpec(key.getEncoded("DER")));
            Signature signature = Signatures.of(scheme.jca());
            signature.initVerify(publicKey);
            signature.update(
                    request.toASN1Structure().getCertificationRequestInfo().getEncoded());
            if (signature.verify(request.getSignature())) {
                return new Csr(request, key, publicKey);
            }
        } catch (GeneralSecurityException e) {
            throw new Fault.BadRequest(List.of("field 'csr': its signature cannot be checked")).causedBy(e);
        }
        throw Fault.badRequest("field 'csr': its signature is not by the key that it asks to certify");
    }

    private static Optional<Extensions> requested(PKCS10CertificationRequest request) {
        var attributes = request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
        boolean one = attributes.length == 1 && attributes[0].getAttrValues().size() == 1;
        if (attributes.length > 0 && !one) {
            throw Fault.badRequest("field 'csr': extensions are requested more than once");
        }
        return attributes.length == 0
                ? Optional.empty()
                : Optional.of(
                        Extensions.getInstance(attributes[0].getAttrValues().getObjectAt(0)));
    }
}

package io.casemate.engine.pki;

import io.casemate.crypto.Pem;
import io.casemate.crypto.PrivateKeyForm;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The API's {@code format} and {@code private_key_format}: how certificates and keys are written in an answer. */
record CertificateFormat(Kind kind, PrivateKeyForm keyForm) {
    enum Kind {
        PEM,
        DER,
        PEM_BUNDLE
    }

    /** Reads the two fields. */
    static CertificateFormat of(Fields fields) {
        Kind kind = switch (fields.string("format")) {
            case "pem", "" -> Kind.PEM;
            case "der" -> Kind.DER;
            case "pem_bundle" -> Kind.PEM_BUNDLE;
            default ->
                throw Fault.badRequest(
                        "the \"format\" path parameter must be \"pem\", \"der\", or" + " \"pem_bundle\"");
        };
        PrivateKeyForm keyForm = switch (fields.string("private_key_format")) {
            case "der", "pem", "" -> PrivateKeyForm.TRADITIONAL;
            case "pkcs8" -> PrivateKeyForm.PKCS8;
            default -> throw Fault.badRequest("field 'private_key_format': der, pem or pkcs8");
        };
        return new CertificateFormat(kind, keyForm);
    }

    /** A certificate of the issuer side: never a bundle. */
    String certificate(byte[] der) {
        return kind == Kind.DER ? Base64.getEncoder().encodeToString(der) : Pem.encode("CERTIFICATE", der);
    }

    /** A private key. */
    String privateKey(SoftwareSigner key) {
        if (kind != Kind.DER) {
            return keyForm.pem(key);
        }
        AtomicReference<String> text = new AtomicReference<>();
        keyForm.lend(key, der -> text.set(Base64.getEncoder().encodeToString(der)));
        return text.get();
    }

    /**
     * The answer's members for what {@code issuer} has signed: the certificate, its key if it was made here, and how it is trusted.
     *
     * @param chain of the issuer, as it is shown
     */
    Map<String, Object> signed(Signed signed, Issuer issuer, List<Issuer> chain, Optional<SoftwareSigner> key) {
        Map<String, Object> data = new LinkedHashMap<>();
        put(data, signed.der(), chain, key);
        data.put("issuing_ca", certificate(issuer.der()));
        data.put("ca_chain", chain.stream().map(each -> certificate(each.der())).toList());
        data.put("serial_number", Ids.colons(signed.serial()));
        data.put("expiration", signed.notAfter().getEpochSecond());
        return data;
    }

    /** Puts the certificate and, if there is one, its key into an answer; a bundle is key, certificate and chain. */
    void put(Map<String, Object> data, byte[] der, List<Issuer> chain, Optional<SoftwareSigner> key) {
        List<String> parts = new ArrayList<>();
        key.ifPresent(own -> {
            data.put("private_key", privateKey(own));
            data.put("private_key_type", own.kind().type());
            parts.add(privateKey(own));
        });
        parts.add(certificate(der));
        chain.forEach(issuer -> parts.add(issuer.pem()));
        data.put("certificate", kind == Kind.PEM_BUNDLE ? String.join("\n", parts) : certificate(der));
    }
}

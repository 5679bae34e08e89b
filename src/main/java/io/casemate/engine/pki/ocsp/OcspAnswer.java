package io.casemate.engine.pki.ocsp;

import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.crl.RevocationSigner.Voice;
import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.ocsp.OcspRequest.Asked;
import io.casemate.engine.pki.store.Revocations.Revocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * An answer to be signed (RFC 6960 4.2). The responder is named by its key, so that a renewed certificate changes nothing.
 *
 * @param thisUpdate in whole seconds; the answer was true then
 * @param nextUpdate until when it may be kept; empty when it may not
 */
record OcspAnswer(List<Single> singles, Instant thisUpdate, Optional<Instant> nextUpdate, Optional<byte[]> nonce) {
    /**
     * What is said of one certificate.
     *
     * @param recorded whether something is kept of it
     */
    record Single(Asked asked, Status status, boolean recorded) {}

    /** How a certificate stands. */
    sealed interface Status {
        /** Not revoked. */
        record Good() implements Status {}

        /** Revoked. */
        record Revoked(Revocation revocation) implements Status {}

        /** Nothing is known of it. */
        record Unknown() implements Status {}
    }

    /** An answer without content: it tells why there is none (RFC 6960 4.2.1). */
    static byte[] refusal(int status) {
        return der(new OCSPResponse(new OCSPResponseStatus(status), null));
    }

    /** The whole answer in DER, signed. */
    byte[] signed(Voice voice, Optional<Certificate> delegate) {
        ResponseData data = data(voice);
        byte[] bytes = der(data);
        byte[] signature = RevocationSigner.sign(voice, use -> use.accept(bytes), bytes.length);
        BasicOCSPResponse basic = new BasicOCSPResponse(
                data,
                voice.scheme().identifier(),
                new DERBitString(signature),
                delegate.map(DERSequence::new).orElse(null));
        return der(new OCSPResponse(
                new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
                new ResponseBytes(OCSPObjectIdentifiers.id_pkix_ocsp_basic, new DEROctetString(der(basic)))));
    }

    private ResponseData data(Voice voice) {
        byte[] key = KeyIds.of(
                SubjectPublicKeyInfo.getInstance(voice.signer().publicKey().getEncoded()));
        SingleResponse[] all = singles.stream().map(this::single).toArray(SingleResponse[]::new);
        Extensions extensions = nonce.map(
                        value -> new Extensions(new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, value)))
                .orElse(null);
        return new ResponseData(
                new ResponderID(new DEROctetString(key)), time(thisUpdate), new DERSequence(all), extensions);
    }

    private SingleResponse single(Single single) {
        return new SingleResponse(
                single.asked().id(),
                status(single.status()),
                time(thisUpdate),
                nextUpdate.map(OcspAnswer::time).orElse(null),
                (Extensions) null);
    }

    private static CertStatus status(Status status) {
        return switch (status) {
            case Status.Good() -> new CertStatus();
            case Status.Unknown() -> new CertStatus(2, org.bouncycastle.asn1.DERNull.INSTANCE);
            case Status.Revoked(Revocation revocation) ->
                new CertStatus(new RevokedInfo(
                        time(revocation.when()),
                        // As on the CRL: unspecified is left out.
                        revocation.reason() == 0 ? null : CRLReason.lookup(revocation.reason())));
        };
    }

    private static ASN1GeneralizedTime time(Instant instant) {
        return new ASN1GeneralizedTime(Date.from(instant), Locale.ROOT);
    }

    private static byte[] der(ASN1Object value) {
        try {
            return value.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

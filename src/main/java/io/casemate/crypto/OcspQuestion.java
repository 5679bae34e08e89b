package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DefaultSignatureNameFinder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Asks whether one certificate is revoked (RFC 6960), and believes an answer only if it is about that certificate, of this time,
 * for this nonce when it has one, and signed by the issuer, by whom the issuer delegated it to, or by whom the operator named.
 */
public final class OcspQuestion {
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final int NONCE = 16;
    private static final List<String> REFUSALS = List.of(
            "successful",
            "malformed request",
            "internal error",
            "try later",
            "status 4",
            "signature required",
            "unauthorized: it does not serve this issuer");

    /** What a responder says of a certificate. */
    public enum Status {
        /** Not revoked. */
        GOOD,
        /** Revoked, or on hold. */
        REVOKED,
        /** The responder does not know it. */
        UNKNOWN
    }

    /**
     * An answer that was believed.
     *
     * @param thisUpdate when it was known to be right
     * @param nextUpdate until when it may be kept; empty when newer information is always there
     */
    public record Verdict(Status status, Instant thisUpdate, Optional<Instant> nextUpdate) {}

    private final X509Certificate certificate;
    private final X509Certificate issuer;
    private final DigestCalculatorProvider digests;
    private final byte[] nonce = new byte[NONCE];

    /** About {@code certificate}, which {@code issuer} signed: the caller has verified that. */
    public OcspQuestion(X509Certificate certificate, X509Certificate issuer, SecureRandom random) {
        this.certificate = certificate;
        this.issuer = issuer;
        random.nextBytes(nonce);
        try {
            this.digests = new JcaDigestCalculatorProviderBuilder().build();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("the JDK has digests", e);
        }
    }

    /** The request, DER, to be posted as {@code application/ocsp-request}. */
    public byte[] der() {
        try {
            // SHA-1 names the issuer here and protects nothing; it is the one digest that every responder knows.
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1), holder(issuer), certificate.getSerialNumber());
            byte[] value = new DEROctetString(nonce).getEncoded();
            return new OCSPReqBuilder()
                    .addRequest(id)
                    .setRequestExtensions(
                            new Extensions(new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, value)))
                    .build()
                    .getEncoded();
        } catch (OCSPException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("an OCSP request does not encode", e);
        }
    }

    /**
     * Judges the answer.
     *
     * @param responders further certificates whose signature counts, or whose delegates' does
     * @param oldest how old an answer without a next update may be that does not bring our nonce back: such a one could be told again
     *     for ever. Zero for as far as clocks may differ
     * @throws FaultException {@code UpstreamFailed}, saying why it is not believed
     */
    public Verdict judge(byte[] der, List<X509Certificate> responders, Instant now, Duration oldest) {
        try {
            OCSPResp response = new OCSPResp(der);
            if (response.getStatus() != OCSPResp.SUCCESSFUL) {
                int status = response.getStatus();
                throw refused("answered: " + (status < REFUSALS.size() ? REFUSALS.get(status) : "status " + status));
            }
            if (!(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw refused("answered in a form that is not known");
            }
            checkSignature(basic, responders, now);
            boolean ours = checkNonce(basic);
            Verdict verdict = verdict(basic, now);
            Duration most = oldest.isZero() ? SKEW : oldest;
            if (!ours
                    && verdict.nextUpdate().isEmpty()
                    && verdict.thisUpdate().plus(most).isBefore(now)) {
                throw refused("gave an old answer that says neither how long it holds nor our nonce");
            }
            return verdict;
        } catch (IOException | OCSPException | IllegalArgumentException | ClassCastException e) {
            throw new Fault.UpstreamFailed("the OCSP responder, whose answer is malformed,").causedBy(e);
        }
    }

    private Verdict verdict(BasicOCSPResp basic, Instant now) throws OCSPException {
        for (SingleResp single : basic.getResponses()) {
            if (!single.getCertID().getSerialNumber().equals(certificate.getSerialNumber())
                    || !single.getCertID().matchesIssuer(holder(issuer), digests)) {
                continue;
            }
            Instant thisUpdate = single.getThisUpdate().toInstant();
            Optional<Instant> nextUpdate =
                    Optional.ofNullable(single.getNextUpdate()).map(Date::toInstant);
            if (thisUpdate.isAfter(now.plus(SKEW))) {
                throw refused("answered from the future: one of the two clocks is wrong");
            }
            if (nextUpdate.isPresent() && nextUpdate.get().isBefore(now.minus(SKEW))) {
                throw refused("gave an answer that has expired");
            }
            return new Verdict(status(single), thisUpdate, nextUpdate);
        }
        throw refused("answered about another certificate");
    }

    private static Status status(SingleResp single) {
        return switch (single.getCertStatus()) {
            case null -> Status.GOOD;
            case RevokedStatus _ -> Status.REVOKED;
            default -> Status.UNKNOWN;
        };
    }

    /** Many responders answer from a store and give none back; one that does must give this one back. Says whether it did. */
    private boolean checkNonce(BasicOCSPResp basic) throws IOException {
        Extension given = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        byte[] mine = new DEROctetString(nonce).getEncoded();
        if (given != null
                && !MessageDigest.isEqual(mine, given.getExtnValue().getOctets())
                && !MessageDigest.isEqual(nonce, given.getExtnValue().getOctets())) {
            throw refused("answered another question (its nonce is not ours)");
        }
        return given != null;
    }

    private void checkSignature(BasicOCSPResp basic, List<X509Certificate> responders, Instant now) {
        if (X509.weakSignature(new DefaultSignatureNameFinder().getAlgorithmName(basic.getSignatureAlgorithmID()))) {
            throw refused("signed with SHA-1 or worse");
        }
        List<X509Certificate> signers = new ArrayList<>(List.of(issuer));
        signers.addAll(responders);
        for (X509CertificateHolder enclosed : basic.getCerts()) {
            X509Certificate delegate = decoded(enclosed);
            if (signers.stream().limit(1L + responders.size()).anyMatch(by -> delegated(delegate, by, now))) {
                signers.add(delegate);
            }
        }
        if (signers.stream().noneMatch(signer -> signed(basic, signer))) {
            throw refused("signed with a key that may not answer for this issuer");
        }
    }

    /** Section 4.2.2.2: signed by the issuer itself, and for this purpose. */
    private static boolean delegated(X509Certificate delegate, X509Certificate by, Instant now) {
        try {
            List<String> purposes = delegate.getExtendedKeyUsage();
            if (purposes == null
                    || !purposes.contains(OCSP_SIGNING)
                    || X509.weakSignature(delegate.getSigAlgName())
                    || X509.weakKey(delegate.getPublicKey())
                    || !delegate.getIssuerX500Principal().equals(by.getSubjectX500Principal())) {
                return false;
            }
            delegate.checkValidity(Date.from(now));
            delegate.verify(by.getPublicKey());
            return true;
        } catch (java.security.GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean signed(BasicOCSPResp basic, X509Certificate signer) {
        try {
            return basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer.getPublicKey()));
        } catch (OCSPException | OperatorCreationException e) {
            return false;
        }
    }

    private static X509Certificate decoded(X509CertificateHolder holder) {
        try {
            return X509.certificate(holder.getEncoded());
        } catch (IOException e) {
            throw new IllegalArgumentException("a certificate that does not encode", e);
        }
    }

    private static X509CertificateHolder holder(X509Certificate certificate) {
        try {
            return new JcaX509CertificateHolder(certificate);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate that does not encode", e);
        }
    }

    private static FaultException refused(String why) {
        return new Fault.UpstreamFailed("the OCSP responder, which " + why + ",").asException();
    }
}

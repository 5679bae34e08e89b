package io.casemate.auth.cert;

import io.casemate.crypto.CertificateFacts;
import io.casemate.crypto.Sha256;
import io.casemate.crypto.X509;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * What a client showed in its TLS handshake: it has the leaf's key, and everything else is still to be proven.
 *
 * @param others sent along, in no order
 */
record Presented(X509Certificate leaf, List<X509Certificate> others, CertificateFacts facts) {
    /** More would only make the search for a path longer. */
    private static final int MOST_OTHERS = 5;

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    /**
     * Reads what {@code peer} showed.
     *
     * @throws FaultException {@code BadRequest} when that is nothing, or cannot be read
     */
    static Presented by(Request.Peer peer) {
        List<byte[]> shown = peer.certificates();
        if (shown.isEmpty()) {
            throw Fault.badRequest("client certificate must be supplied");
        }
        List<X509Certificate> others = new ArrayList<>();
        for (byte[] der : shown.subList(1, shown.size())) {
            X509Certificate other = X509.certificate(der);
            // A root that is sent along is trusted, if at all, because a role has it.
            if (!X509.selfIssued(other) && !others.contains(other)) {
                others.add(other);
            }
        }
        if (others.size() > MOST_OTHERS) {
            throw Fault.badRequest("more than " + MOST_OTHERS + " intermediate certificates were sent along");
        }
        X509Certificate leaf = X509.certificate(shown.getFirst());
        return new Presented(leaf, others, CertificateFacts.of(leaf));
    }

    List<String> hosts() {
        return names(DNS);
    }

    List<String> emails() {
        return names(EMAIL);
    }

    List<String> uris() {
        return names(URI);
    }

    /** Stays when a certificate is renewed for the same key. */
    String keyHash() {
        return Sha256.hex(leaf.getPublicKey().getEncoded());
    }

    /** Stays when a certificate is renewed by the same authority for the same subject, with a new key. */
    String holder() {
        return leaf.getSubjectX500Principal().getName() + " of "
                + leaf.getIssuerX500Principal().getName()
                + HexFormat.of().formatHex(facts.authorityKeyId());
    }

    private List<String> names(int type) {
        try {
            Collection<List<?>> all = leaf.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> (Integer) name.get(0) == type)
                            .map(name -> (String) name.get(1))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new Fault.BadRequest(List.of("the certificate's alternative names cannot be read")).causedBy(e);
        }
    }
}

package io.casemate.engine.pki;

/** Media types of answers that are not JSON. */
final class Media {
    /** A certificate in DER (RFC 2585). */
    static final String CERTIFICATE = "application/pkix-cert";

    /** A CRL in DER (RFC 2585). */
    static final String CRL = "application/pkix-crl";

    /** Certificates in PEM (RFC 8555 9.1). */
    static final String PEM = "application/pem-certificate-chain";

    /** A CRL in PEM. */
    static final String PEM_CRL = "application/x-pem-file";

    /** An OCSP answer (RFC 6960 C.2). */
    static final String OCSP = "application/ocsp-response";

    private Media() {}
}

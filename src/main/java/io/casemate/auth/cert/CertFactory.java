package io.casemate.auth.cert;

import io.casemate.auth.AuthMethod;

/** Opens the {@code cert} method. */
public final class CertFactory implements AuthMethod.Factory {
    @Override
    public String type() {
        return "cert";
    }

    @Override
    public String description() {
        return "TLS client certificates, with CRL and OCSP.";
    }

    @Override
    public AuthMethod open(AuthMethod.Context context) {
        return new CertMethod(context);
    }
}

package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;

/** A key pair on the token. Holds its name, not a handle: it outlives sessions and logins. */
final class TokenSigner implements Signer {
    private final HsmSettings settings;
    private final NativeCalls calls;
    private final TokenLink link;
    private final KeyName name;
    private final PublicKeys.Read found;

    TokenSigner(HsmSettings settings, NativeCalls calls, TokenLink link, KeyName name, PublicKeys.Read found) {
        this.settings = settings;
        this.calls = calls;
        this.link = link;
        this.name = name;
        this.found = found;
    }

    @Override
    public KeyKind kind() {
        return found.kind();
    }

    @Override
    public PublicKey publicKey() {
        return found.key();
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) {
        return calls.call(settings.callTimeout(), () -> link.run(connection -> sign(connection, algorithm, message)));
    }

    /** Itself, if it signs something so that Java verifies it. */
    TokenSigner proven(Connection connection) {
        String algorithm = switch (kind()) {
            case EC_P256, EC_P384, EC_P521 -> "SHA256withECDSA";
            case RSA_2048, RSA_3072, RSA_4096 -> "SHA256withRSA";
            case ED25519 -> "Ed25519";
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> "ML-DSA";
        };
        byte[] message = name.label().getBytes(StandardCharsets.UTF_8);
        byte[] signature = sign(connection, algorithm, message);
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey());
            verifier.update(message);
            if (verifier.verify(signature)) {
                return this;
            }
        } catch (GeneralSecurityException e) {
            throw HsmFailures.setup("SIGNATURE_WRONG", "C_Sign", "its signature cannot be read: " + e.getMessage());
        }
        throw HsmFailures.setup("SIGNATURE_WRONG", "C_Sign", "its signature does not verify with its public key");
    }

    private byte[] sign(Connection connection, String algorithm, byte[] message) {
        SigningMechanism.Job job = SigningMechanism.job(kind(), algorithm, message, connection.mechanisms());
        long key = connection.handle(KeyRef.privateKey(name.label(), name.id()));
        byte[] raw = connection.with(
                session -> session.module().crypto().sign(session.handle(), job.mechanism(), key, job.input()));
        return SigningMechanism.encode(kind(), raw);
    }
}

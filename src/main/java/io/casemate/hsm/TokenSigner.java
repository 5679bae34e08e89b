package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import java.security.PublicKey;

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

    private byte[] sign(Connection connection, String algorithm, byte[] message) {
        SigningMechanism.Job job = SigningMechanism.job(kind(), algorithm, message, connection.mechanisms());
        long key = connection.handle(KeyRef.privateKey(name.label(), name.id()));
        byte[] raw = connection.with(
                session -> session.module().crypto().sign(session.handle(), job.mechanism(), key, job.input()));
        return SigningMechanism.encode(kind(), raw);
    }
}

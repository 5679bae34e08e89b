package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Key pairs of the token by {@code CKA_LABEL}. */
final class TokenSigners implements Signers {
    private static final int ID_BYTES = 16;

    private final HsmSettings settings;
    private final NativeCalls calls;
    private final TokenLink link;
    private final SecureRandom random;

    TokenSigners(HsmSettings settings, NativeCalls calls, TokenLink link, SecureRandom random) {
        this.settings = settings;
        this.calls = calls;
        this.link = link;
        this.random = random;
    }

    @Override
    public Signer named(String name) {
        return calls.call(settings.callTimeout(), () -> link.run(connection -> signer(connection, name)));
    }

    @Override
    public Signer generate(String name, KeyKind kind) {
        if (name.isBlank()) {
            throw HsmFailures.setup("NAME_EMPTY", "C_GenerateKeyPair", "a key needs a name");
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        KeyName key = new KeyName(name, HexFormat.of().formatHex(id));
        return calls.call(
                settings.callTimeout().multipliedBy(HsmSettings.GENERATION_FACTOR),
                () -> link.run(connection -> {
                    SigningKeyBirth.make(connection, key, kind);
                    return signer(connection, name);
                }));
    }

    private Signer signer(Connection connection, String name) {
        long privateKey = connection.handle(KeyRef.privateKey(name, ""));
        Attributes own = read(connection, privateKey, Cka.ID);
        String id = HexFormat.of().formatHex(own.bytes(Cka.ID).orElse(new byte[0]));
        KeyName key = new KeyName(name, id);
        long publicKey = connection.handle(KeyRef.publicKey(name, id));
        PublicKeys.Read found = PublicKeys.read(name, read(connection, publicKey, PublicKeys.WANTED));
        return new TokenSigner(settings, calls, link, key, found);
    }

    private static Attributes read(Connection connection, long object, long... types) {
        return connection.with(session -> session.module().objects().read(session.handle(), object, types));
    }
}

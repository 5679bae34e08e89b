package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

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
    public Signer named(String name, String id) {
        return calls.call(settings.callTimeout(), () -> link.run(connection -> signer(connection, name, id)));
    }

    @Override
    public Signer generate(String name, KeyKind kind) {
        if (name.isBlank()) {
            throw HsmFailures.setup("NAME_EMPTY", "C_GenerateKeyPair", "a key needs a name");
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        KeyName key = new KeyName(name, HexFormat.of().formatHex(id));
        return calls.call(settings.callTimeout().multipliedBy(HsmSettings.GENERATION_FACTOR), () -> make(key, kind));
    }

    private Signer make(KeyName key, KeyKind kind) {
        String name = key.label();
        link.run(connection -> SigningKeyBirth.make(connection, key, kind));
        link.proveKept(connection -> connection.has(KeyRef.privateKey(name, key.id())), "key pair '" + name + "'");
        try {
            return link.run(connection -> signer(connection, name, key.id()).proven(connection));
        } catch (FaultException e) {
            SelfTest.rethrowOutage(e);
            link.renew(); // a TPM destroys no key with which something has failed before
            link.run(connection -> KeyBirth.undo(connection, pair(connection, key)));
            HsmFailed failed = HsmFailures.failure(e);
            throw HsmFailures.setup(
                    "KEY_NOT_USABLE",
                    failed.operation(),
                    "the token makes key pairs of this kind and does not sign with them: " + failed.operation()
                            + " answers " + failed.code() + ": " + failed.advice()
                            + ". The new pair was removed; use another kind");
        }
    }

    /** By its id: the name alone may be that of another server's pair by now. */
    private static List<Long> pair(Connection connection, KeyName key) {
        List<Long> pair = new ArrayList<>(connection.find(KeyRef.privateKey(key.label(), key.id())));
        pair.addAll(connection.find(KeyRef.publicKey(key.label(), key.id())));
        return pair;
    }

    private TokenSigner signer(Connection connection, String name, String wanted) {
        long privateKey = connection.handle(KeyRef.privateKey(name, wanted));
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

package io.casemate.hsm;

import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Cko;
import io.casemate.hsm.jna.ObjectFunctions.KeyPairHandles;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes wrapping keys in the token: sensitive and never extractable, and never a second one of the same name. When two
 * servers make the same key at once, each that sees the other's removes its own and looks again.
 */
final class KeyBirth {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final int TRIES = 6;
    private static final int PAUSE_MILLIS = 500;
    private static final int LOOK_MILLIS = 100;
    private static final int LOOKS = 3;
    private static final int ID_BYTES = 16;
    private static final long KEY_BYTES = 32;
    private static final long RSA_BITS = 3072;
    private static final byte[] F4 = {1, 0, 1};

    private final SecureRandom random;

    KeyBirth(SecureRandom random) {
        this.random = random;
    }

    /** An AES-256 key that encrypts and decrypts and nothing else. Returns what was made: empty when it was there. */
    List<Long> aes(Connection connection, KeyName name) {
        return secretKey(connection, name, Cko.KEY_AES, Ckm.AES_KEY_GEN, Set.of(Cka.ENCRYPT, Cka.DECRYPT));
    }

    /** A 32-byte HMAC key that signs and verifies and nothing else. */
    List<Long> hmac(Connection connection, KeyName name) {
        return secretKey(
                connection, name, Cko.KEY_GENERIC_SECRET, Ckm.GENERIC_SECRET_KEY_GEN, Set.of(Cka.SIGN, Cka.VERIFY));
    }

    private List<Long> secretKey(Connection connection, KeyName name, long type, long mechanism, Set<Long> uses) {
        List<Attribute> template = List.of(
                Attribute.of(Cka.CLASS, Cko.SECRET_KEY),
                Attribute.of(Cka.KEY_TYPE, type),
                Attribute.of(Cka.VALUE_LEN, KEY_BYTES),
                Attribute.of(Cka.LABEL, name.label()),
                Attribute.of(Cka.ID, id(name)),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.PRIVATE, true),
                Attribute.of(Cka.SENSITIVE, true),
                Attribute.of(Cka.EXTRACTABLE, false),
                Attribute.of(Cka.ENCRYPT, uses.contains(Cka.ENCRYPT)),
                Attribute.of(Cka.DECRYPT, uses.contains(Cka.DECRYPT)),
                Attribute.of(Cka.SIGN, uses.contains(Cka.SIGN)),
                Attribute.of(Cka.VERIFY, uses.contains(Cka.VERIFY)),
                Attribute.of(Cka.WRAP, false),
                Attribute.of(Cka.UNWRAP, false));
        return ensure(
                connection,
                KeyRef.secret(name.label(), name.id()),
                session -> List.of(SingleUseKeys.key(session, mechanism, template)));
    }

    /** An RSA-3072 pair that encrypts and decrypts and nothing else. */
    List<Long> rsa(Connection connection, KeyName name) {
        byte[] id = id(name);
        List<Attribute> publicKey = List.of(
                Attribute.of(Cka.LABEL, name.label()),
                Attribute.of(Cka.ID, id),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.MODULUS_BITS, RSA_BITS),
                Attribute.of(Cka.PUBLIC_EXPONENT, F4),
                Attribute.of(Cka.ENCRYPT, true),
                Attribute.of(Cka.VERIFY, false),
                Attribute.of(Cka.WRAP, false));
        List<Attribute> privateKey = privateKey(name.label(), id, Cka.DECRYPT);
        return ensure(connection, KeyRef.privateKey(name.label(), name.id()), session -> {
            KeyPairHandles pair = SingleUseKeys.pair(session, Ckm.RSA_PKCS_KEY_PAIR_GEN, publicKey, privateKey);
            return List.of(pair.privateKey(), pair.publicKey());
        });
    }

    /** What every private key of ours is: kept, sensitive, never extractable, good for {@code use} and nothing else. */
    static List<Attribute> privateKey(String label, byte[] id, long use) {
        return List.of(
                Attribute.of(Cka.LABEL, label),
                Attribute.of(Cka.ID, id),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.PRIVATE, true),
                Attribute.of(Cka.SENSITIVE, true),
                Attribute.of(Cka.EXTRACTABLE, false),
                Attribute.of(Cka.SIGN, use == Cka.SIGN),
                Attribute.of(Cka.DECRYPT, use == Cka.DECRYPT),
                Attribute.of(Cka.UNWRAP, use == Cka.UNWRAP));
    }

    /** Removes keys that were just made and are of no use. */
    static Void undo(Connection connection, List<Long> made) {
        for (long handle : made) {
            try {
                connection.with(session -> {
                    session.module().objects().destroy(session.handle(), handle);
                    return null;
                });
            } catch (FaultException e) {
                LOG.log(Level.WARNING, "a key of no use stays on the token: {0}", e.getMessage());
            }
        }
        connection.refresh();
        return null;
    }

    private List<Long> ensure(Connection connection, KeyRef key, Function<Session, List<Long>> maker) {
        for (int i = 0; i < TRIES; i++) {
            List<Long> found = connection.find(key);
            long start = System.nanoTime();
            List<Long> made = found.isEmpty() ? connection.with(maker) : List.of();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            if (stays(connection, key, made.isEmpty() ? found : made.subList(0, 1), took)) {
                if (!made.isEmpty()) {
                    LOG.log(Level.INFO, "made {0} on {1}", key, connection.place());
                }
                return made;
            }
            undo(connection, made);
            pause(random.nextInt(PAUSE_MILLIS));
        }
        throw HsmFailures.away(
                "KEY_CONTENDED", "C_GenerateKey", "other servers keep making " + key + " at the same time");
    }

    /**
     * Whether nothing else of this name comes, and this does not go, for a while. Tokens show the objects of other processes
     * late: SoftHSM, for one, hides those that were made just before one's own until something changes again. Whoever made
     * the first key therefore has to look a second time, for as long as the other may still be at it.
     */
    private boolean stays(Connection connection, KeyRef key, List<Long> expected, Duration took) {
        long rounds = Math.max(LOOKS, took.toMillis() / LOOK_MILLIS);
        for (long i = 0; i < rounds; i++) {
            if (!connection.find(key).equals(expected)) {
                return false;
            }
            pause(LOOK_MILLIS);
        }
        return connection.find(key).equals(expected);
    }

    private byte[] id(KeyName name) {
        if (!name.id().isEmpty()) {
            return HexFormat.of().parseHex(name.id());
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return id;
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HsmFailures.away("INTERRUPTED", "C_GenerateKey", "the caller has gone");
        }
    }
}

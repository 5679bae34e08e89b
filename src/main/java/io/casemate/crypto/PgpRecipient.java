package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/** The holder of an OpenPGP key (RFC 4880, RFC 9580): AES-256 with integrity protection, to the newest encryption subkey. */
final class PgpRecipient implements Recipient {
    static final String PRIVATE =
            "this is a private key. It must never leave its holder: make a new key, and send the public one";

    private static final int MOST_OBJECTS = 8;

    private final PGPPublicKey key;
    private final String fingerprint;
    private final SecureRandom random;

    private PgpRecipient(PGPPublicKey key, String fingerprint, SecureRandom random) {
        this.key = key;
        this.fingerprint = fingerprint;
        this.random = random;
    }

    /** From the binary form or the armor of one public key; encrypts a byte at once, so that whatever it cannot do shows here. */
    static PgpRecipient parse(byte[] bytes, Instant now, SecureRandom random) {
        try {
            PGPPublicKeyRing ring = onlyRing(bytes);
            PGPPublicKey primary = ring.getPublicKey();
            String fingerprint = HexFormat.of().formatHex(primary.getFingerprint());
            PgpRecipient recipient = new PgpRecipient(new PgpKeyChoice(ring, now).encryptionKey(), fingerprint, random);
            recipient.seal(new byte[1]);
            return recipient;
        } catch (FaultException e) {
            throw e;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new Fault.BadRequest(
                            List.of(
                                    "a recipient's OpenPGP key cannot be read or encrypted to; export it anew with gpg --export"))
                    .causedBy(e);
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public byte[] encrypt(SecretBytes secret) {
        try {
            return seal(secret.expose());
        } catch (IOException | PGPException e) {
            throw new IllegalStateException("OpenPGP cannot encrypt to a key that was tried before", e);
        }
    }

    private byte[] seal(byte[] plaintext) throws IOException, PGPException {
        PGPEncryptedDataGenerator encryption =
                new PGPEncryptedDataGenerator(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithIntegrityPacket(true)
                        .setSecureRandom(random));
        encryption.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key).setSecureRandom(random));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] literal = literal(plaintext);
        try (OutputStream encrypted = encryption.open(out, literal.length)) {
            encrypted.write(literal);
        }
        return out.toByteArray();
    }

    private static byte[] literal(byte[] plaintext) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream literal = new PGPLiteralDataGenerator()
                .open(out, PGPLiteralData.BINARY, "", plaintext.length, PGPLiteralData.NOW)) {
            literal.write(plaintext);
        }
        return out.toByteArray();
    }

    private static PGPPublicKeyRing onlyRing(byte[] bytes) throws IOException {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(bytes))) {
            PGPObjectFactory objects = new PGPObjectFactory(in, new BcKeyFingerprintCalculator());
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (next instanceof PGPSecretKeyRing) {
                    throw Fault.badRequest(PRIVATE);
                }
                if (!(next instanceof PGPPublicKeyRing ring) || rings.size() == MOST_OBJECTS) {
                    throw Fault.badRequest("a recipient's OpenPGP data is no public key; export one with gpg --export");
                }
                rings.add(ring);
            }
        }
        if (rings.size() != 1) {
            throw Fault.badRequest("a recipient needs one OpenPGP public key, this data has " + rings.size()
                    + "; export one with gpg --export FINGERPRINT");
        }
        return rings.getFirst();
    }

    @Override
    public String toString() {
        return "PgpRecipient[" + fingerprint + "]";
    }
}

package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * Chooses the key of an OpenPGP key ring that a message is encrypted to, as gpg does: the newest subkey that is bound to
 * the primary key by a valid signature, meant for encryption, not ended and not revoked; else the primary key itself.
 */
final class PgpKeyChoice {
    private static final int ENCRYPTION = KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE;
    private static final int LEAST_BITS = 2048;
    private static final int LEAST_CURVE_BITS = 255;

    private final PGPPublicKeyRing ring;
    private final PGPPublicKey primary;
    private final Instant now;
    private String reason = "it has no subkey for encryption (only for signing or certifying)";

    PgpKeyChoice(PGPPublicKeyRing ring, Instant now) {
        this.ring = ring;
        this.primary = ring.getPublicKey();
        this.now = now;
    }

    /**
     * The chosen key.
     *
     * @throws FaultException {@code BadRequest} with the reason why there is none
     */
    PGPPublicKey encryptionKey() throws PGPException {
        Optional<PGPSignature> own = newest(primary);
        if (own.isEmpty()) {
            throw refusal("it is not signed by itself, or that signature is wrong or uses MD5");
        }
        if (revoked(primary)) {
            throw refusal("it is revoked");
        }
        if (ended(primary, own.get())) {
            throw refusal("it has ended");
        }
        PGPPublicKey best = null;
        for (PGPPublicKey key : ring) {
            if (usable(key) && (best == null || newer().compare(key, best) > 0)) {
                best = key;
            }
        }
        if (best == null) {
            throw refusal(reason);
        }
        return best;
    }

    /** Subkeys before the primary key, newer before older. */
    private static Comparator<PGPPublicKey> newer() {
        return Comparator.comparing((PGPPublicKey key) -> !key.isMasterKey())
                .thenComparing(key -> key.getCreationTime().toInstant());
    }

    private boolean usable(PGPPublicKey key) throws PGPException {
        if (!key.isEncryptionKey()) {
            return false;
        }
        Optional<PGPSignature> binding = newest(key);
        if (binding.isEmpty() || !meantForEncryption(key, binding.get())) {
            return false;
        }
        if (revoked(key)) {
            reason = "its subkey for encryption is revoked";
            return false;
        }
        if (ended(key, binding.get())) {
            reason = "its subkey for encryption has ended";
            return false;
        }
        if (weak(key)) {
            reason = "its key for encryption is weak: " + key.getBitStrength() + " bits";
            return false;
        }
        return true;
    }

    /** Keys of old, without flags, may do what their algorithm can; a primary key only when it is the only key. */
    private boolean meantForEncryption(PGPPublicKey key, PGPSignature binding) {
        PGPSignatureSubpacketVector hashed = binding.getHashedSubPackets();
        int flags = hashed == null ? 0 : hashed.getKeyFlags();
        return flags == 0 ? !key.isMasterKey() || ring.size() == 1 : (flags & ENCRYPTION) != 0;
    }

    /** The newest valid signature of the primary key that says what {@code key} is. */
    private Optional<PGPSignature> newest(PGPPublicKey key) throws PGPException {
        List<PGPSignature> valid = key.isMasterKey() ? selfSignatures() : bindings(key);
        return valid.stream()
                .max(Comparator.comparing(
                        signature -> signature.getCreationTime().toInstant()));
    }

    private List<PGPSignature> selfSignatures() throws PGPException {
        List<PGPSignature> valid = new ArrayList<>();
        for (PGPSignature each : own(primary.getSignaturesOfType(PGPSignature.DIRECT_KEY))) {
            if (ready(each) && each.verifyCertification(primary)) {
                valid.add(each);
            }
        }
        Iterator<byte[]> names = primary.getRawUserIDs();
        while (names.hasNext()) {
            byte[] name = names.next();
            for (PGPSignature each : own(primary.getSignaturesForID(name))) {
                if (each.isCertification() && ready(each) && each.verifyCertification(name, primary)) {
                    valid.add(each);
                }
            }
        }
        return valid;
    }

    private List<PGPSignature> bindings(PGPPublicKey subkey) throws PGPException {
        List<PGPSignature> valid = new ArrayList<>();
        for (PGPSignature each : own(subkey.getSignaturesOfType(PGPSignature.SUBKEY_BINDING))) {
            if (ready(each) && each.verifyCertification(primary, subkey)) {
                valid.add(each);
            }
        }
        return valid;
    }

    /** Those that claim to be by the primary key; {@code null} stands for none. */
    private List<PGPSignature> own(Iterator<PGPSignature> signatures) {
        List<PGPSignature> own = new ArrayList<>();
        while (signatures != null && signatures.hasNext()) {
            PGPSignature each = signatures.next();
            if (each.getKeyID() == primary.getKeyID()) {
                own.add(each);
            }
        }
        return own;
    }

    private boolean revoked(PGPPublicKey key) throws PGPException {
        int type = key.isMasterKey() ? PGPSignature.KEY_REVOCATION : PGPSignature.SUBKEY_REVOCATION;
        for (PGPSignature each : own(key.getSignaturesOfType(type))) {
            if (ready(each)
                    && (key.isMasterKey()
                            ? each.verifyCertification(primary)
                            : each.verifyCertification(primary, key))) {
                return true;
            }
        }
        return false;
    }

    private boolean ready(PGPSignature signature) throws PGPException {
        if (signature.getHashAlgorithm() == HashAlgorithmTags.MD5) {
            return false;
        }
        signature.init(new BcPGPContentVerifierBuilderProvider(), primary);
        return true;
    }

    private boolean ended(PGPPublicKey key, PGPSignature binding) {
        PGPSignatureSubpacketVector hashed = binding.getHashedSubPackets();
        if (hashed == null) {
            return false;
        }
        return over(key.getCreationTime().toInstant(), hashed.getKeyExpirationTime())
                || over(binding.getCreationTime().toInstant(), hashed.getSignatureExpirationTime());
    }

    private boolean over(Instant from, long seconds) {
        return seconds != 0 && !now.isBefore(from.plusSeconds(seconds));
    }

    private static boolean weak(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.ECDH, PublicKeyAlgorithmTags.X25519, PublicKeyAlgorithmTags.X448 ->
                key.getBitStrength() > 0 && key.getBitStrength() < LEAST_CURVE_BITS;
            default -> key.getBitStrength() < LEAST_BITS;
        };
    }

    private FaultException refusal(String why) {
        return Fault.badRequest(
                "the OpenPGP key " + HexFormat.of().withUpperCase().formatHex(primary.getFingerprint())
                        + " cannot be encrypted to: " + why);
    }
}

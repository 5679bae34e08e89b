package io.casemate.hsm.jna;

/** A {@code CK_MECHANISM}: a type and its parameters. */
public sealed interface Mechanism {
    /** The {@code CKM_} number. */
    long type();

    /** A mechanism without parameters. */
    record Plain(long type) implements Mechanism {}

    /** AES-CBC, {@code type} with or without padding; {@code iv} is 16 bytes. */
    record Cbc(long type, byte[] iv) implements Mechanism {}

    /** AES-GCM with a tag of 128 bits ({@code CK_GCM_PARAMS} of 2.40, 48 bytes). */
    record Gcm(byte[] iv, byte[] aad) implements Mechanism {
        @Override
        public long type() {
            return Ckm.AES_GCM;
        }
    }

    /** RSA-PSS of a hash made before; {@code hash} is a {@code CKM_}, {@code mgf} a {@code CKG_}, {@code salt} in bytes. */
    record Pss(long hash, long mgf, long salt) implements Mechanism {
        @Override
        public long type() {
            return Ckm.RSA_PKCS_PSS;
        }
    }

    /** RSA-OAEP with an empty label; {@code hash} is a {@code CKM_}, {@code mgf} a {@code CKG_}. */
    record Oaep(long hash, long mgf) implements Mechanism {
        @Override
        public long type() {
            return Ckm.RSA_PKCS_OAEP;
        }
    }
}

package io.casemate.config;

import java.util.List;

/** A parameter of a pkcs11 seal: its keys in the file, ours first, and the ends of its environment variables. */
record SealParameter(List<String> keys, List<String> variables) {
    static final SealParameter LIBRARY = new SealParameter(List.of("library", "lib", "module"), List.of("LIB"));
    static final SealParameter INIT_ARGS = new SealParameter(List.of("init_args"), List.of("INIT_ARGS"));
    static final SealParameter TOKEN_LABEL = new SealParameter(List.of("token_label", "token"), List.of("TOKEN_LABEL"));
    static final SealParameter TOKEN_SERIAL = new SealParameter(List.of("token_serial", "serial"), List.of("SERIAL"));
    static final SealParameter SLOT = new SealParameter(List.of("slot"), List.of("SLOT"));
    static final SealParameter PIN = new SealParameter(List.of("pin"), List.of("PIN"));
    static final SealParameter KEY_LABEL = new SealParameter(List.of("key_label", "label"), List.of("KEY_LABEL"));
    static final SealParameter KEY_ID = new SealParameter(List.of("key_id"), List.of("KEY_ID"));
    static final SealParameter HMAC_KEY_LABEL = new SealParameter(List.of("hmac_key_label"), List.of("HMAC_KEY_LABEL"));
    static final SealParameter HMAC_KEY_ID = new SealParameter(List.of("hmac_key_id"), List.of("HMAC_KEY_ID"));
    static final SealParameter DEFAULT_KEY_LABEL =
            new SealParameter(List.of("default_key_label"), List.of("DEFAULT_KEY_LABEL"));
    static final SealParameter DEFAULT_HMAC_KEY_LABEL = new SealParameter(
            List.of("default_hmac_key_label"), List.of("DEFAULT_HMAC_KEY_LABEL", "HMAC_DEFAULT_KEY_LABEL"));
    static final SealParameter MECHANISM = new SealParameter(List.of("mechanism"), List.of("MECHANISM"));
    static final SealParameter HMAC_MECHANISM = new SealParameter(List.of("hmac_mechanism"), List.of("HMAC_MECHANISM"));
    static final SealParameter RSA_OAEP_HASH = new SealParameter(List.of("rsa_oaep_hash"), List.of("RSA_OAEP_HASH"));
    static final SealParameter RSA_ENCRYPT_LOCAL =
            new SealParameter(List.of("rsa_encrypt_local"), List.of("RSA_ENCRYPT_LOCAL"));
    /** OpenBao's opposite of the former. */
    static final SealParameter DISABLE_SOFTWARE_ENCRYPTION =
            new SealParameter(List.of("disable_software_encryption"), List.of("DISABLE_SOFTWARE_ENCRYPTION"));

    static final SealParameter GENERATE_KEY = new SealParameter(List.of("generate_key"), List.of("GENERATE_KEY"));
    static final SealParameter FORCE_RW_SESSION =
            new SealParameter(List.of("force_rw_session"), List.of("FORCE_RW_SESSION"));
    static final SealParameter MAX_SESSIONS =
            new SealParameter(List.of("max_sessions", "max_parallel"), List.of("MAX_SESSIONS", "MAX_PARALLEL"));
    static final SealParameter CALL_TIMEOUT = new SealParameter(List.of("call_timeout"), List.of("CALL_TIMEOUT"));
    static final SealParameter ISOLATION = new SealParameter(List.of("isolation"), List.of("ISOLATION"));

    /** Its key as we write it. */
    String key() {
        return keys.getFirst();
    }
}

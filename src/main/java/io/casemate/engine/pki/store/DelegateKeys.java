package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** The keys and certificates of OCSP delegates, one of each an issuer. */
public final class DelegateKeys {
    private static final String CERTIFICATE = "ocsp-delegate/";
    private static final String KEY = "ocsp-delegate-key/";

    private final View view;

    /** Delegates below {@code view}. */
    public DelegateKeys(View view) {
        this.view = view;
    }

    /** Writes both. */
    public void put(Editor editor, UUID issuer, byte[] der, SoftwareSigner key) {
        editor.put(CERTIFICATE + issuer, versioned(der));
        key.lendPkcs8(pkcs8 -> {
            byte[] record = versioned(pkcs8);
            editor.put(KEY + issuer, record);
            Arrays.fill(record, (byte) 0);
        });
    }

    /** The certificate in DER. */
    public Optional<byte[]> certificate(UUID issuer) {
        return view.get(CERTIFICATE + issuer)
                .map(stored -> Records.rest(Records.body(CERTIFICATE + issuer, stored, 1)));
    }

    /** The key; not always that of a certificate that was read before, which may have been replaced meanwhile. */
    public Optional<SoftwareSigner> key(UUID issuer, SoftwareKeys software) {
        return view.get(KEY + issuer).map(stored -> decoded(issuer, stored, software));
    }

    private static SoftwareSigner decoded(UUID issuer, byte[] stored, SoftwareKeys software) {
        byte[] pkcs8 = Records.rest(Records.body(KEY + issuer, stored, 1));
        try {
            return software.decode(pkcs8);
        } finally {
            Arrays.fill(stored, (byte) 0);
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** Deletes both. */
    public static void delete(Editor editor, UUID issuer) {
        editor.delete(CERTIFICATE + issuer);
        editor.delete(KEY + issuer);
    }

    private static byte[] versioned(byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length)
                .put(Records.VERSION)
                .put(bytes)
                .array();
    }
}

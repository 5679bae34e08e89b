package io.casemate.engine.pki.crl;

import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signer.Message;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import java.nio.ByteBuffer;

/** Signs what an issuer says about its certificates: CRLs and OCSP answers, with whatever key it has. */
public final class RevocationSigner {
    /** What is longer than this is shown to the signer in pieces, and to a token as its hash. */
    private static final int LONG = Crl.SHORT;

    private final Keys keys;

    /** Signs with {@code keys}. */
    public RevocationSigner(Keys keys) {
        this.keys = keys;
    }

    /** An issuer's key, and how it signs. */
    public record Voice(Signer signer, SignatureScheme scheme) {}

    /**
     * The voice of an issuer.
     *
     * @param usage that the issuer must have, of {@link Issuer#USAGES}
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it may not, {@code HsmFailed} when its key is away
     */
    public Voice of(Issuer issuer, String usage) {
        if (!may(issuer, usage)) {
            throw Fault.badRequest("issuer " + issuer.id() + " has no key here, or lacks the usage " + usage
                    + ", or its certificate's key usage does not allow it");
        }
        Signer signer = keys.signer(keys.find(issuer.keyId()));
        SignatureScheme usual = SignatureScheme.of(signer.kind(), 0);
        return new Voice(signer, issuer.extra().revocations().orElse(usual));
    }

    /** Whether it has a key here and the usage, and its certificate lets it: verifiers refuse the CRL otherwise (RFC 5280 6.3.3 (f)). */
    public static boolean may(Issuer issuer, String usage) {
        return !issuer.keyId().isEmpty() && issuer.usages().contains(usage) && issuer.certifiedFor(usage);
    }

    /** The signature over a message of {@code length} bytes, which is shown twice. A token's signature is checked. */
    public static byte[] sign(Voice voice, Message message, long length) {
        String algorithm = voice.scheme().jca();
        return length > LONG
                ? Signatures.checked(voice.signer(), algorithm, message)
                : Signatures.checked(voice.signer(), algorithm, whole(message, (int) length));
    }

    private static byte[] whole(Message message, int length) {
        ByteBuffer whole = ByteBuffer.allocate(length);
        message.each(whole::put);
        return whole.array();
    }
}

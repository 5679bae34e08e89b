package io.casemate.hsm.broker;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.WrappingKey;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Does what requests ask of an HSM. Wrapping keys and signers are kept, since finding one costs several calls. */
final class Handler {
    private static final int MOST_KEPT = 1024;
    private static final int MOST_RANDOM = 1 << 20;

    private final Map<WrappingKeySettings, WrappingKey> keys = new ConcurrentHashMap<>();
    private final Map<String, Signer> signers = new ConcurrentHashMap<>();
    private final Hsm hsm;

    Handler(Hsm hsm) {
        this.hsm = hsm;
    }

    /** Reads the rest of the request, does it, and writes the result's value. */
    void handle(Op op, FrameReader in, FrameWriter out) throws MalformedFrameException {
        switch (op) {
            case WRAP -> wrap(in, out);
            case UNWRAP -> unwrap(in, out);
            case FIND_SIGNER -> find(in, out);
            case GENERATE_SIGNER -> generate(in, out);
            case SIGN -> sign(in, out);
            case RANDOM -> random(in, out);
            case HEALTH -> {
                in.end();
                Values.health(out, hsm.health());
            }
            case SLOTS -> {
                in.end();
                Values.slots(out, hsm.slots());
            }
            case EVIDENCE -> {
                in.end();
                EvidenceValues.write(out, hsm.evidence());
            }
            case PIN_CORRECTED -> {
                in.end();
                hsm.pinCorrected();
            }
        }
    }

    private void wrap(FrameReader in, FrameWriter out) throws MalformedFrameException {
        WrappingKeySettings settings = Values.key(in);
        try (SecretBytes secret = in.secret()) {
            byte[] context = in.bytes();
            in.end();
            Values.wrapped(out, key(settings).wrap(secret, context));
        }
    }

    private void unwrap(FrameReader in, FrameWriter out) throws MalformedFrameException {
        WrappingKeySettings settings = Values.key(in);
        WrappingKey.Wrapped wrapped = Values.wrapped(in);
        byte[] context = in.bytes();
        in.end();
        try (SecretBytes opened = key(settings).unwrap(wrapped, context)) {
            out.secret(opened);
        }
    }

    private WrappingKey key(WrappingKeySettings settings) {
        bound(keys);
        return keys.computeIfAbsent(settings, hsm::wrappingKey);
    }

    private void find(FrameReader in, FrameWriter out) throws MalformedFrameException {
        String name = in.text();
        String id = in.text();
        in.end();
        signer(out, key(name, id), hsm.signers().named(name, id));
    }

    private void generate(FrameReader in, FrameWriter out) throws MalformedFrameException {
        String name = in.text();
        KeyKind kind = in.word(KeyKind.class);
        in.end();
        signer(out, key(name, ""), hsm.signers().generate(name, kind));
    }

    /** Labels hold no NUL, and ids are hex. */
    private static String key(String name, String id) {
        return id + '\0' + name;
    }

    private void signer(FrameWriter out, String key, Signer found) {
        bound(signers);
        signers.put(key, found);
        PublicHalf.write(out, found);
    }

    private void sign(FrameReader in, FrameWriter out) throws MalformedFrameException {
        String name = in.text();
        String id = in.text();
        byte[] publicKey = in.bytes();
        String algorithm = in.text();
        byte[] message = in.bytes();
        in.end();
        out.bytes(same(name, id, publicKey).sign(algorithm, message));
    }

    /** The signer that the server means: another key that has taken its name since must not sign for it. */
    private Signer same(String name, String id, byte[] publicKey) {
        Signer known = signers.get(key(name, id));
        if (known != null && PublicHalf.matches(known, publicKey)) {
            return known;
        }
        Signer found = hsm.signers().named(name, id);
        if (!PublicHalf.matches(found, publicKey)) {
            throw new HsmFailed(
                            "KEY_CHANGED",
                            "C_Sign",
                            HsmProblem.SETUP,
                            "the token's key '" + name + "' is not the one it was when it was looked up")
                    .asException();
        }
        bound(signers);
        signers.put(key(name, id), found);
        return found;
    }

    private void random(FrameReader in, FrameWriter out) throws MalformedFrameException {
        byte[] bytes = new byte[in.number(0, MOST_RANDOM)];
        in.end();
        try {
            hsm.random(bytes);
            out.bytes(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static void bound(Map<?, ?> kept) {
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
    }
}

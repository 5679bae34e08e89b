package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Cko;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reads what a token tells of its keys, changing nothing. */
final class EvidenceReader {
    /** In the order of {@link KeyEvidence#ATTRIBUTES}. */
    private static final long[] FLAGS = {
        Cka.LOCAL,
        Cka.SENSITIVE,
        Cka.ALWAYS_SENSITIVE,
        Cka.EXTRACTABLE,
        Cka.NEVER_EXTRACTABLE,
        Cka.PRIVATE,
        Cka.MODIFIABLE,
        Cka.ENCRYPT,
        Cka.DECRYPT,
        Cka.SIGN,
        Cka.VERIFY,
        Cka.WRAP,
        Cka.UNWRAP,
        Cka.DERIVE
    };

    private static final long[] WANTED = LongStream.concat(
                    LongStream.of(FLAGS),
                    LongStream.of(
                            Cka.LABEL,
                            Cka.ID,
                            Cka.KEY_TYPE,
                            Cka.VALUE_LEN,
                            Cka.MODULUS,
                            Cka.EC_PARAMS,
                            Cka.ALLOWED_MECHANISMS))
            .toArray();

    private static final Map<Long, String> TYPES = Map.of(
            Cko.KEY_RSA, "RSA",
            Cko.KEY_EC, "EC",
            Cko.KEY_GENERIC_SECRET, "GENERIC_SECRET",
            Cko.KEY_AES, "AES",
            Cko.KEY_SHA256_HMAC, "SHA256_HMAC",
            Cko.KEY_EC_EDWARDS, "EC_EDWARDS");

    private final Connection connection;

    private EvidenceReader(Connection connection) {
        this.connection = connection;
    }

    static HsmEvidence read(Connection connection) {
        EvidenceReader reader = new EvidenceReader(connection);
        List<Long> secret = reader.objects(Cko.SECRET_KEY);
        List<Long> pairs = reader.objects(Cko.PRIVATE_KEY);
        List<KeyEvidence> keys = new ArrayList<>();
        secret.forEach(handle -> reader.add(keys, "secret", handle));
        pairs.forEach(handle -> reader.add(keys, "private", handle));
        TokenInfo token = connection.token();
        return new HsmEvidence(
                token.label(),
                token.manufacturer(),
                token.model(),
                token.serial(),
                token.firmware(),
                connection.with(session -> session.module().libraryDescription()),
                keys,
                secret.size() + pairs.size() <= HsmEvidence.MOST_KEYS);
    }

    private List<Long> objects(long objectClass) {
        return connection.find(new KeyRef(objectClass, "", ""));
    }

    private void add(List<KeyEvidence> keys, String objectClass, long handle) {
        if (keys.size() < HsmEvidence.MOST_KEYS) {
            keys.add(key(objectClass, handle));
        }
    }

    private KeyEvidence key(String objectClass, long handle) {
        Attributes told = told(handle);
        String id = told.bytes(Cka.ID).map(HexFormat.of()::formatHex).orElse("");
        Map<String, Boolean> flags = new HashMap<>();
        for (int i = 0; i < FLAGS.length; i++) {
            String name = KeyEvidence.ATTRIBUTES.get(i);
            told.bool(FLAGS[i]).ifPresent(value -> flags.put(name, value));
        }
        return new KeyEvidence(
                objectClass,
                told.text(Cka.LABEL).orElse(""),
                id,
                told.ulong(Cka.KEY_TYPE)
                        .map(type -> TYPES.getOrDefault(type, "0x%X".formatted(type)))
                        .orElse(""),
                bits(told),
                flags,
                mechanisms(told),
                id.isEmpty() ? List.of() : certificates(id));
    }

    private static int bits(Attributes told) {
        Optional<Integer> secret = told.ulong(Cka.VALUE_LEN).map(bytes -> (int) (bytes * Byte.SIZE));
        Optional<Integer> rsa = told.bytes(Cka.MODULUS).map(modulus -> new BigInteger(1, modulus).bitLength());
        Optional<Integer> curve = told.bytes(Cka.EC_PARAMS).map(EcCurves::kind).map(KeyKind::bits);
        return Stream.of(secret, rsa, curve)
                .flatMap(Optional::stream)
                .filter(bits -> bits > 0)
                .findFirst()
                .orElse(0);
    }

    private static List<String> mechanisms(Attributes told) {
        List<String> numbers = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(told.bytes(Cka.ALLOWED_MECHANISMS).orElse(new byte[0]))
                .order(ByteOrder.nativeOrder());
        while (all.remaining() >= Long.BYTES) {
            numbers.add("0x%04X".formatted(all.getLong()));
        }
        return numbers;
    }

    private List<byte[]> certificates(String id) {
        List<Attribute> template = List.of(
                Attribute.of(Cka.CLASS, Cko.CERTIFICATE),
                Attribute.of(Cka.ID, HexFormat.of().parseHex(id)));
        return connection.with(session -> session.module().objects().find(session.handle(), template)).stream()
                .flatMap(handle -> read(handle, Cka.VALUE).bytes(Cka.VALUE).stream())
                .toList();
    }

    /** All that the token tells. Some tell less when they are asked for something they do not know too. */
    private Attributes told(long handle) {
        Map<Long, byte[]> told = new HashMap<>(read(handle, WANTED).values());
        for (long type : WANTED) {
            if (!told.containsKey(type)) {
                read(handle, type).bytes(type).ifPresent(value -> told.put(type, value));
            }
        }
        return new Attributes(told);
    }

    private Attributes read(long handle, long... types) {
        try {
            return connection.with(session -> session.module().objects().read(session.handle(), handle, types));
        } catch (FaultException e) {
            if (HsmFailures.failure(e).problem() == HsmProblem.SETUP) {
                return new Attributes(Map.of());
            }
            throw e;
        }
    }
}

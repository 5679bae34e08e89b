package io.casemate.engine.kv;

import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The records of docs/formats/kv.md, to bytes and back. */
final class Records {
    private static final int FORMAT = 1;
    private static final int CAS_REQUIRED = 1;
    private static final int DESTROYED = 1;
    private static final int HAS_DELETION = 2;
    private static final int DATA_HEAD = 1 + 8 + 4;

    private Records() {}

    static byte[] limits(Limits limits) {
        return written(out -> writeLimits(out, limits));
    }

    static Limits limits(byte[] record) {
        return read(record, Records::readLimits);
    }

    static byte[] state(VersionState state) {
        return written(out -> writeState(out, state));
    }

    static VersionState state(byte[] record) {
        return read(record, Records::readState);
    }

    static byte[] metadata(KeyMetadata metadata) {
        return written(out -> {
            writeLimits(out, metadata.limits());
            out.writeLong(metadata.current());
            out.writeLong(metadata.oldest());
            writeInstant(out, metadata.created());
            writeInstant(out, metadata.updated());
            if (metadata.state().isPresent()) {
                writeState(out, metadata.state().get());
            }
            out.writeShort(metadata.custom().size());
            for (Map.Entry<String, String> each : metadata.custom().entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
        });
    }

    static KeyMetadata metadata(byte[] record) {
        return read(record, in -> {
            Limits limits = readLimits(in);
            long current = in.readLong();
            long oldest = in.readLong();
            Instant created = readInstant(in);
            Instant updated = readInstant(in);
            Optional<VersionState> state = current == 0 ? Optional.empty() : Optional.of(readState(in));
            Map<String, String> custom = new LinkedHashMap<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                custom.put(in.readUTF(), in.readUTF());
            }
            return new KeyMetadata(current, oldest, limits, created, updated, state, custom);
        });
    }

    static byte[] data(Instant created, byte[] json) {
        return written(out -> {
            writeInstant(out, created);
            out.write(json);
        });
    }

    /** The JSON of a data record, when it is of the version created at {@code created}. */
    static Optional<byte[]> data(byte[] record, Instant created) {
        Instant found = read(record, Records::readInstant);
        return found.equals(created)
                ? Optional.of(Arrays.copyOfRange(record, DATA_HEAD, record.length))
                : Optional.empty();
    }

    private static void writeLimits(DataOutputStream out, Limits limits) throws IOException {
        out.writeByte(limits.casRequired() ? CAS_REQUIRED : 0);
        out.writeLong(limits.maxVersions());
        out.writeLong(limits.deleteAfterNanos());
    }

    private static Limits readLimits(DataInputStream in) throws IOException {
        boolean casRequired = (in.readByte() & CAS_REQUIRED) != 0;
        return new Limits(in.readLong(), casRequired, in.readLong());
    }

    private static void writeState(DataOutputStream out, VersionState state) throws IOException {
        out.writeByte((state.destroyed() ? DESTROYED : 0) | (state.deletion().isPresent() ? HAS_DELETION : 0));
        writeInstant(out, state.created());
        if (state.deletion().isPresent()) {
            writeInstant(out, state.deletion().get());
        }
    }

    private static VersionState readState(DataInputStream in) throws IOException {
        int flags = in.readByte();
        Instant created = readInstant(in);
        Optional<Instant> deletion = (flags & HAS_DELETION) == 0 ? Optional.empty() : Optional.of(readInstant(in));
        return new VersionState(created, deletion, (flags & DESTROYED) != 0);
    }

    private static void writeInstant(DataOutputStream out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant readInstant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] record, Reading<T> reading) {
        int format = record.length == 0 ? 0 : record[0];
        if (format != FORMAT) {
            throw problem(Fault.StorageProblem.NEWER, "format " + format + " is not known", null);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            in.skipNBytes(1);
            return reading.from(in);
        } catch (IOException | DateTimeException e) {
            throw problem(Fault.StorageProblem.CORRUPT, "cut short or garbled", e);
        }
    }

    private static RuntimeException problem(Fault.StorageProblem problem, String what, Throwable cause) {
        return new Fault.StorageFailed(problem, "a record of the kv engine: " + what).causedBy(cause);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }
}

package io.casemate.archive;

import io.casemate.archive.Tar.Member;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a snapshot (docs/formats/snapshot.md): a gzip'd tar of {@code meta.json}, {@code state.bin}, {@code SHA256SUMS}
 * and, last, {@code SHA256SUMS.sealed}, whose presence tells clients that it is complete.
 */
public final class SnapshotWriter {
    private static final int BUFFER = 65_536;

    private final SnapshotMeta meta;
    private final byte[] metaJson;
    private final OutputStream out;
    private final MessageDigest digest = Sums.digest();
    private final OutputStream state;
    private long written;
    private long entries;

    /** Begins; {@code meta} already says what will come. */
    public SnapshotWriter(OutputStream target, SnapshotMeta meta) throws IOException {
        this.meta = meta;
        this.metaJson = meta.encoded();
        this.out = new BufferedOutputStream(new Stored(target), BUFFER);
        this.state = new DigestOutputStream(out, digest);
        member(Sums.META, metaJson);
        Tar.begin(out, new Member(Sums.STATE, meta.size()), seconds());
    }

    /** How many bytes of {@code state.bin} an entry takes. */
    public static long size(String key, byte[] value) {
        return StateEntry.size(key.getBytes(StandardCharsets.UTF_8), value.length);
    }

    /** Writes an entry. */
    public void entry(String key, byte[] value) throws IOException {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        StateEntry.write(state, name, value);
        written += StateEntry.size(name, value.length);
        entries++;
    }

    /**
     * Ends it. The target stays open.
     *
     * @param seal proves the sums' origin
     */
    public void finish(UnaryOperator<byte[]> seal) throws IOException {
        if (written != meta.size() || entries != meta.entries()) {
            throw new IllegalStateException("a snapshot of " + entries + " entries in " + written
                    + " bytes, announced as " + meta.entries() + " in " + meta.size());
        }
        Tar.pad(out, written);
        byte[] sums = Sums.of(metaJson, digest);
        member(Sums.SUMS, sums);
        member(Sums.SEALED, seal.apply(sums));
        Tar.end(out);
        out.close();
    }

    private void member(String name, byte[] content) throws IOException {
        Tar.begin(out, new Member(name, content.length), seconds());
        out.write(content);
        Tar.pad(out, content.length);
    }

    private long seconds() {
        return meta.created().getEpochSecond();
    }

    /** Nearly all is ciphertext, which nothing makes shorter; closing ends the format and leaves the target open. */
    private static final class Stored extends GZIPOutputStream {
        Stored(OutputStream target) throws IOException {
            super(target, BUFFER);
            def.setLevel(Deflater.NO_COMPRESSION);
        }

        @Override
        public void close() throws IOException {
            finish();
            def.end();
            out.flush();
        }
    }
}

package io.casemate.archive;

import io.casemate.archive.Tar.Member;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads a snapshot whole and proves that it is: the four files in their order and nothing else, the entries and lengths
 * that {@code meta.json} announces, both sums. Who made it is proven by whoever can open the sealed sums. Memory is bounded
 * by one entry.
 */
public final class SnapshotReader {
    private static final int BUFFER = 65_536;
    private static final int LONGEST_SMALL_FILE = 1 << 16;

    /** Gets each entry as it is read, before the sums are checked. */
    @FunctionalInterface
    public interface Visitor {
        /** One entry. What this throws ends the reading. */
        void entry(String key, byte[] value);
    }

    /**
     * What stands beside the entries.
     *
     * @param sums content of {@code SHA256SUMS}, which fit
     * @param sealed content of {@code SHA256SUMS.sealed}, not opened
     */
    public record Contents(SnapshotMeta meta, byte[] sums, byte[] sealed) {}

    private final InputStream in;
    private final Visitor visitor;

    private SnapshotReader(InputStream in, Visitor visitor) {
        this.in = in;
        this.visitor = visitor;
    }

    /**
     * Reads to the end of {@code source}, which stays open.
     *
     * @throws FaultException {@code BadRequest} for anything but a whole snapshot of Casemate
     */
    public static Contents read(InputStream source, Visitor visitor) {
        try {
            InputStream unzipped = new BufferedInputStream(new GZIPInputStream(source, BUFFER), BUFFER);
            return new SnapshotReader(unzipped, visitor).read();
        } catch (EOFException e) {
            throw new Fault.BadRequest(List.of("the snapshot is cut off: it did not arrive whole")).causedBy(e);
        } catch (IOException e) {
            throw new Fault.BadRequest(List.of("this is no intact snapshot: " + e.getMessage())).causedBy(e);
        }
    }

    private Contents read() throws IOException {
        byte[] json = small(Sums.META);
        SnapshotMeta meta = SnapshotMeta.decode(json);
        MessageDigest digest = state(meta);
        byte[] sums = small(Sums.SUMS);
        if (!Arrays.equals(sums, Sums.of(json, digest))) {
            throw new IOException("its checksums do not fit");
        }
        byte[] sealed = small(Sums.SEALED);
        if (Tar.next(in) != null) {
            throw new IOException("there is more in it than belongs there");
        }
        in.transferTo(java.io.OutputStream.nullOutputStream());
        return new Contents(meta, sums, sealed);
    }

    private Member member(String name) throws IOException {
        Member member = Tar.next(in);
        if (member == null || !member.name().equals(name)) {
            throw new IOException("its " + name + " is not where it should be");
        }
        return member;
    }

    private byte[] small(String name) throws IOException {
        Member member = member(name);
        if (member.size() == 0 || member.size() > LONGEST_SMALL_FILE) {
            throw new IOException("its " + name + " has " + member.size() + " bytes");
        }
        byte[] content = in.readNBytes((int) member.size());
        if (content.length < member.size()) {
            throw new EOFException("cut off in " + name);
        }
        Tar.skipPadding(in, content.length);
        return content;
    }

    private MessageDigest state(SnapshotMeta meta) throws IOException {
        Member member = member(Sums.STATE);
        MessageDigest digest = Sums.digest();
        InputStream state = new DigestInputStream(in, digest);
        long entries = 0;
        long read = 0;
        while (read < member.size()) {
            read += StateEntry.read(state, visitor);
            entries++;
        }
        if (read != member.size() || read != meta.size() || entries != meta.entries()) {
            throw new IOException("its state.bin is not as long as it says");
        }
        Tar.skipPadding(in, member.size());
        return digest;
    }
}

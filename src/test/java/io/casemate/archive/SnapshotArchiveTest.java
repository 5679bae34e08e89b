package io.casemate.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotArchiveTest {
    private static final Map<String, byte[]> ENTRIES = new LinkedHashMap<>();

    static {
        ENTRIES.put("boot/core/keyring", new byte[] {1, 2, 3});
        ENTRIES.put("empty", new byte[0]);
        ENTRIES.put("ä/\ud83d\ude00", new byte[300]);
        ENTRIES.put("large", new byte[20_000]);
    }

    @TempDir
    Path directory;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Map<String, byte[]> read = new LinkedHashMap<>();
        SnapshotReader.Contents contents = read(snapshot(), read);
        assertEquals(List.copyOf(ENTRIES.keySet()), List.copyOf(read.keySet()));
        ENTRIES.forEach((key, value) -> assertArrayEquals(value, read.get(key), key));
        assertEquals(meta(), contents.meta());
        assertArrayEquals(sealed(contents.sums()), contents.sealed());
    }

    /** By tar, gzip and sha256sum, which are not ours. */
    @Test
    void otherToolsReadItToo() throws Exception {
        Path file = Files.write(directory.resolve("a.snap"), snapshot());
        assertEquals("meta.json\nstate.bin\nSHA256SUMS\nSHA256SUMS.sealed\n", run("tar", "-tzf", file.toString()));
        run("tar", "-xzf", file.toString());
        assertEquals("meta.json: OK\nstate.bin: OK\n", run("sha256sum", "-c", "SHA256SUMS"));
        Map<String, Object> meta = Json.object(Files.readAllBytes(directory.resolve("meta.json")));
        assertEquals(Files.size(directory.resolve("state.bin")), meta.get("Size"));
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void whatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = snapshot();
        for (int length = 0; length < whole.length; length += length > whole.length - 40 ? 1 : 3) {
            assertRefused(Arrays.copyOf(whole, length), "cut at " + length);
        }
    }

    /** Inside the compression, whose own checksum would hide that ours are looked at. */
    @Test
    void aChangeAnywhereIsRefused() throws IOException {
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(snapshot())).readAllBytes();
        int sealed = new String(tar, StandardCharsets.ISO_8859_1).lastIndexOf("SHA256SUMS.sealed");
        for (int at = 0; at < sealed; at += at < 600 || at > sealed - 600 ? 3 : 97) {
            byte[] changed = tar.clone();
            changed[at] ^= 1;
            if (!harmless(tar, changed)) {
                assertRefused(zipped(changed), "a change at " + at);
            }
        }
    }

    /** Padding means nothing: a change there may pass, if what is read is the same. */
    private static boolean harmless(byte[] tar, byte[] changed) throws IOException {
        try {
            Map<String, byte[]> before = new LinkedHashMap<>();
            Map<String, byte[]> after = new LinkedHashMap<>();
            byte[] sums = read(zipped(tar), before).sums();
            return Arrays.equals(sums, read(zipped(changed), after).sums())
                    && before.keySet().equals(after.keySet())
                    && before.entrySet().stream()
                            .allMatch(each -> Arrays.equals(each.getValue(), after.get(each.getKey())));
        } catch (FaultException e) {
            return false;
        }
    }

    @Test
    void aSnapshotOfAnotherProductIsNamedAsSuch() throws IOException {
        byte[] other = new String(
                        new GZIPInputStream(new ByteArrayInputStream(snapshot())).readAllBytes(),
                        StandardCharsets.ISO_8859_1)
                .replace("\"Casemate\":{", "\"Otherone\":{")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(refusal(zipped(other)).contains("another product"), refusal(zipped(other)));
    }

    @Test
    void whatFollowsTheFourFilesIsRefused() throws IOException {
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(snapshot())).readAllBytes();
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.write(tar, 0, tar.length - 2 * Tar.BLOCK);
        Tar.begin(more, new Tar.Member("more", 0), 0);
        Tar.end(more);
        assertRefused(zipped(more.toByteArray()), "a fifth file");
        assertRefused("no snapshot at all".getBytes(StandardCharsets.UTF_8), "text");
    }

    @Test
    void membersBeyondEightGibibytesKeepTheirLength() throws IOException {
        for (long size : List.of(0L, 511L, 077777777777L, 0100000000000L, Long.MAX_VALUE)) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            Tar.begin(header, new Tar.Member("state.bin", size), 0);
            Tar.Member read = Tar.next(new ByteArrayInputStream(header.toByteArray()));
            assertEquals(new Tar.Member("state.bin", size), read);
        }
    }

    private static void assertRefused(byte[] snapshot, String what) {
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(FaultException.class, () -> read(snapshot, new LinkedHashMap<>()), what)
                        .fault(),
                what);
    }

    private static String refusal(byte[] snapshot) {
        return assertThrows(FaultException.class, () -> read(snapshot, new LinkedHashMap<>()))
                .fault()
                .toString();
    }

    private static SnapshotReader.Contents read(byte[] snapshot, Map<String, byte[]> into) {
        return SnapshotReader.read(new ByteArrayInputStream(snapshot), into::put);
    }

    private static byte[] zipped(byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(tar);
        }
        return out.toByteArray();
    }

    private static SnapshotMeta meta() {
        long size = ENTRIES.entrySet().stream()
                .mapToLong(each -> SnapshotWriter.size(each.getKey(), each.getValue()))
                .sum();
        return new SnapshotMeta(
                7, 2, size, ENTRIES.size(), Instant.parse("2026-01-02T03:04:05.678Z"), "1.19.5", "id", "pkcs11");
    }

    private static byte[] sealed(byte[] sums) {
        return ("sealed " + sums.length).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotWriter writer = new SnapshotWriter(out, meta());
        for (Map.Entry<String, byte[]> each : ENTRIES.entrySet()) {
            writer.entry(each.getKey(), each.getValue());
        }
        writer.finish(SnapshotArchiveTest::sealed);
        return out.toByteArray();
    }
}

package io.casemate.storage.mapdb;

import io.casemate.crypto.Sha256;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;

/**
 * One immutable generation of the keyring: a MapDB file whose name says format, number and the hash of its content. The
 * name appears when the content is durable, so a generation is whole or absent, and MapDB, which may spin for ever on
 * damaged input, is only ever shown bytes that are exactly those that were written.
 */
record GenerationFile(Path path, int format, long number, String digest) {
    static final int FORMAT = 2;
    static final String UNFINISHED = "keyring.new";

    private static final Pattern NAME = Pattern.compile("keyring-v(\\d{1,4})-(\\d{12})-([0-9a-f]{64})\\.mapdb");
    private static final String MAP = "records";
    private static final int HASHED_WHOLE = 1;
    private static final int PAGE = 4096;
    private static final byte[] EMPTY_PAGE = new byte[PAGE];

    /** The generation that {@code path}'s name speaks of, or empty when it is some other file. */
    static Optional<GenerationFile> named(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches()
                ? Optional.of(new GenerationFile(
                        path, Integer.parseInt(name.group(1)), Long.parseLong(name.group(2)), name.group(3)))
                : Optional.empty();
    }

    /** The records, or empty when the content is not what was written. */
    Optional<Map<String, byte[]>> read() throws IOException {
        return digestOf(path, format).equals(digest) ? Optional.of(parse(path)) : Optional.empty();
    }

    /** Writes {@code records} as generation {@code number}: durable, and read back, before it gets its name. */
    static GenerationFile write(Path directory, long number, Map<String, byte[]> records) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        Files.deleteIfExists(unfinished);
        try {
            build(unfinished, records);
            StorageFiles.sync(unfinished);
            requireSame(records, parse(unfinished));
            String digest = digestOf(unfinished, FORMAT);
            Path path = directory.resolve("keyring-v%d-%012d-%s.mapdb".formatted(FORMAT, number, digest));
            StorageFiles.moveDurably(unfinished, path);
            return new GenerationFile(path, FORMAT, number, digest);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** MapDB wants to create the file itself; it gets its mode before anything is in it. */
    private static void build(Path file, Map<String, byte[]> records) throws IOException {
        try (DB db = DBMaker.fileDB(file.toFile()).make()) {
            Files.setPosixFilePermissions(file, StorageFiles.OWNER_ONLY);
            db.treeMap(MAP, Serializer.STRING, Serializer.BYTE_ARRAY).create().putAll(records);
        }
    }

    private static Map<String, byte[]> parse(Path file) {
        try (DB db = DBMaker.fileDB(file.toFile()).readOnly().make()) {
            return new TreeMap<>(
                    db.treeMap(MAP, Serializer.STRING, Serializer.BYTE_ARRAY).open());
        }
    }

    private static void requireSame(Map<String, byte[]> wanted, Map<String, byte[]> found) throws IOException {
        boolean same = wanted.keySet().equals(found.keySet())
                && wanted.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), found.get(e.getKey())));
        if (!same) {
            throw new IOException("the keyring does not read back as written");
        }
    }

    private static String digestOf(Path file, int format) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return Sha256.hex(format == HASHED_WHOLE ? content : held(content));
    }

    /**
     * What {@code content} holds: its length, then each page that is not empty behind its place. MapDB's least file is two MiB with
     * a few such pages; to hash it whole cost a twentieth of a start.
     */
    private static byte[] held(byte[] content) {
        ByteBuffer held = ByteBuffer.allocate(Long.BYTES + content.length + (content.length / PAGE + 1) * Long.BYTES);
        held.putLong(content.length);
        for (int at = 0; at < content.length; at += PAGE) {
            int length = Math.min(PAGE, content.length - at);
            if (!Arrays.equals(content, at, at + length, EMPTY_PAGE, 0, length)) {
                held.putLong(at).put(content, at, length);
            }
        }
        return Arrays.copyOf(held.array(), held.position());
    }
}

package io.casemate.storage.mapdb;

import io.casemate.crypto.Sha256;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
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
 * One immutable generation of the keyring: a MapDB file whose name says format, number and SHA-256 of its content. The
 * name appears when the content is durable, so a generation is whole or absent, and MapDB, which may spin for ever on
 * damaged input, is only ever shown bytes that are exactly those that were written.
 */
record GenerationFile(Path path, int format, long number, String digest) {
    static final int FORMAT = 1;
    static final String UNFINISHED = "keyring.new";

    private static final Pattern NAME = Pattern.compile("keyring-v(\\d{1,4})-(\\d{12})-([0-9a-f]{64})\\.mapdb");
    private static final String MAP = "records";

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
        return digestOf(path).equals(digest) ? Optional.of(parse(path)) : Optional.empty();
    }

    /** Writes {@code records} as generation {@code number}: durable, and read back, before it gets its name. */
    static GenerationFile write(Path directory, long number, Map<String, byte[]> records) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        Files.deleteIfExists(unfinished);
        try {
            build(unfinished, records);
            StorageFiles.sync(unfinished);
            requireSame(records, parse(unfinished));
            String digest = digestOf(unfinished);
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

    private static String digestOf(Path file) throws IOException {
        return Sha256.hex(Files.readAllBytes(file));
    }
}

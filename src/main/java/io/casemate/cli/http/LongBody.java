package io.casemate.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The body of a request, of any length.
 *
 * @param file what is sent; null for nothing
 * @param length in bytes; negative for no body
 * @param curl what curl is told besides
 */
public record LongBody(Path file, long length, String curl) {
    /** No body. */
    public static LongBody none(String curl) {
        return new LongBody(null, -1, curl);
    }

    /** The content of {@code file}, which has to keep its length until it is sent. */
    public static LongBody of(Path file) throws IOException {
        return new LongBody(file, Files.size(file), " --data-binary '@" + file + "'");
    }

    InputStream open() throws IOException {
        return file == null ? InputStream.nullInputStream() : Files.newInputStream(file);
    }
}

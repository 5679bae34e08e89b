package io.casemate.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** As much of the ustar interchange format (POSIX.1-2017, pax) as a snapshot's four plain files need. */
final class Tar {
    static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int MTIME_AT = 136;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE_AT = 156;
    private static final byte[] MAGIC = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    private static final int MAGIC_AT = 257;
    private static final long MOST_OCTAL = 0777_7777_7777L;

    /** A member's name and length in bytes. */
    record Member(String name, long size) {}

    private Tar() {}

    static void begin(OutputStream out, Member member, long seconds) throws IOException {
        byte[] header = new byte[BLOCK];
        byte[] name = member.name().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, header, 0, name.length);
        octal(header, NAME, 7, 0600);
        octal(header, NAME + 8, 7, 0);
        octal(header, NAME + 16, 7, 0);
        size(header, member.size());
        octal(header, MTIME_AT, SIZE_DIGITS, seconds);
        header[TYPE_AT] = '0';
        System.arraycopy(MAGIC, 0, header, MAGIC_AT, MAGIC.length);
        octal(header, CHECKSUM_AT, 6, checksum(header));
        header[CHECKSUM_AT + 7] = ' ';
        out.write(header);
    }

    static void pad(OutputStream out, long size) throws IOException {
        out.write(new byte[padding(size)]);
    }

    static void end(OutputStream out) throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    /** The next member, or null at the archive's end. */
    static Member next(InputStream in) throws IOException {
        byte[] header = in.readNBytes(BLOCK);
        if (header.length < BLOCK) {
            throw new EOFException("no end of the archive");
        }
        if (Arrays.equals(header, new byte[BLOCK])) {
            return null;
        }
        if (number(header, CHECKSUM_AT, CHECKSUM_LENGTH) != checksum(header)) {
            throw new IOException("a header with a wrong checksum");
        }
        if (header[TYPE_AT] != '0' && header[TYPE_AT] != 0) {
            throw new IOException("something that is no plain file");
        }
        int end = 0;
        while (end < NAME && header[end] != 0) {
            end++;
        }
        long size = number(header, SIZE_AT, SIZE_DIGITS + 1);
        return new Member(new String(header, 0, end, StandardCharsets.UTF_8), size);
    }

    static void skipPadding(InputStream in, long size) throws IOException {
        int padding = padding(size);
        if (in.readNBytes(padding).length < padding) {
            throw new EOFException("cut off in a padding");
        }
    }

    private static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    private static void octal(byte[] header, int at, int digits, long value) {
        byte[] text = Long.toOctalString(value).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(header, at, at + digits, (byte) '0');
        System.arraycopy(text, 0, header, at + digits - text.length, text.length);
    }

    /** From 8 GiB on in base 256, as GNU tar and Go have it. */
    private static void size(byte[] header, long size) {
        if (size <= MOST_OCTAL) {
            octal(header, SIZE_AT, SIZE_DIGITS, size);
            return;
        }
        header[SIZE_AT] = (byte) 0x80;
        for (int i = 0; i < Long.BYTES; i++) {
            header[SIZE_AT + SIZE_DIGITS - i] = (byte) (size >>> (8 * i));
        }
    }

    private static long number(byte[] header, int at, int length) throws IOException {
        if (header[at] == (byte) 0x80) {
            long value = 0;
            for (int i = at + length - Long.BYTES; i < at + length; i++) {
                value = (value << 8) | (header[i] & 0xff);
            }
            return positive(value);
        }
        String text = new String(header, at, length, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        try {
            return positive(text.isEmpty() ? 0 : Long.parseLong(text, 8));
        } catch (NumberFormatException e) {
            throw new IOException("a header with a malformed number", e);
        }
    }

    private static long positive(long value) throws IOException {
        if (value < 0) {
            throw new IOException("a header with a negative number");
        }
        return value;
    }

    /** The sum of the header's bytes, those of the checksum itself taken as spaces. */
    private static long checksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            sum += own ? ' ' : header[i] & 0xff;
        }
        return sum;
    }
}

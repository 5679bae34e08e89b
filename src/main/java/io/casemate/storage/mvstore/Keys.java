package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault;
import io.casemate.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Keys as UTF-8 bytes, and the paging of {@link Storage#list} over any ordered run of them. */
final class Keys {
    private Keys() {}

    /** The bytes of a key that may be stored. */
    static byte[] encodeKey(String key) {
        byte[] bytes = encode(key);
        if (bytes.length == 0 || bytes.length > Storage.MAX_KEY_BYTES) {
            throw Fault.badRequest("a storage key has 1 to " + Storage.MAX_KEY_BYTES + " bytes, this one "
                    + bytes.length + ": use a shorter path");
        }
        return bytes;
    }

    /** The bytes of any text. A lone surrogate has none, and writing '?' for it would let two keys collide. */
    static byte[] encode(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw Fault.badRequest("a storage key is not valid Unicode text");
        }
    }

    /** Where a listing starts: at {@code prefix}, or at {@code after} when that is later. */
    static byte[] start(byte[] prefix, byte[] after) {
        return Arrays.compareUnsigned(after, prefix) > 0 ? after : prefix;
    }

    /** At most {@code limit} of the ordered {@code keys} that start with {@code prefix} and come after {@code after}. */
    static List<String> page(Iterator<byte[]> keys, byte[] prefix, byte[] after, int limit) {
        List<String> page = new ArrayList<>();
        while (page.size() < limit && keys.hasNext()) {
            byte[] key = keys.next();
            if (!startsWith(key, prefix)) {
                break;
            }
            if (after.length == 0 || Arrays.compareUnsigned(key, after) > 0) {
                page.add(new String(key, StandardCharsets.UTF_8));
            }
        }
        return page;
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}

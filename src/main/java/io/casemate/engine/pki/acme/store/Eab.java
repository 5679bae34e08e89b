package io.casemate.engine.pki.acme.store;

import io.casemate.engine.Members;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A key that an operator hands to somebody who shall have an account (RFC 8555 section 7.3.4). It is good once, at one directory.
 *
 * @param key 32 random bytes in base64url
 */
public record Eab(String id, String directory, String key, Instant created) {
    /** One of {@code bytes}. */
    public static Eab of(String id, String directory, byte[] bytes, Instant created) {
        return new Eab(id, directory, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), created);
    }

    /** The key's bytes. */
    public byte[] bytes() {
        return Base64.getUrlDecoder().decode(key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Eab[" + id + "]";
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("directory", directory);
        members.put("key", key);
        members.put("created", created.getEpochSecond());
        return members;
    }

    static Eab of(String id, Members members) {
        return new Eab(id, members.text("directory"), members.text("key"), members.time("created"));
    }
}

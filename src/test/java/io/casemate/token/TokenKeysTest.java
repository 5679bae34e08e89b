package io.casemate.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where tokens lie in the store. */
class TokenKeysTest {
    private static final int TIME = 7;

    private final TokenWorld world = new TokenWorld();

    @ParameterizedTest
    @ValueSource(strings = {"id/", "accessor/", "lease/", "expiry/", "parent/"})
    void tokens_lie_in_the_order_in_which_they_were_made(String folder) {
        Issued parent = world.make(Duration.ofDays(30), Optional.empty());
        List<String> before = world.keys(folder);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            world.pass(Duration.ofMillis(1));
            world.child(parent);
            List<String> now = new ArrayList<>(world.keys(folder));
            now.removeAll(before);
            now.removeAll(made);
            made.addAll(now);
        }
        assertEquals(50, made.size());
        assertEquals(made.stream().sorted().toList(), made);
    }

    @Test
    void a_token_with_another_time_is_another_token() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        String text = TokenWorld.text(issued.token());
        String key = world.store.keyOf(issued.token());
        for (String time : List.of("0000000", "zzzzzzz", "../id/x", "\u00e9\u00e9\u00e9a", "%2f..  ")) {
            SecretBytes forged = SecretBytes.ofText("hvs." + time + text.substring(4 + TIME));
            assertFalse(world.works(forged), time);
            assertTrue(world.store.keyOf(forged).matches("([0-9A-Za-z]{7})?[0-9a-f]{64}"), time);
            assertNotEquals(key.substring(TIME), world.store.keyOf(forged).substring(TIME), time);
        }
        assertTrue(world.works(issued));
    }

    @Test
    void an_accessor_with_another_time_is_another_accessor() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        String accessor = issued.entry().accessor();
        assertTrue(world.store.findByAccessor(accessor).isPresent());
        assertEquals(Optional.empty(), world.store.findByAccessor("0000000" + accessor.substring(TIME)));
        assertEquals(Optional.empty(), world.store.findByAccessor(accessor.substring(TIME)));
        assertEquals(Optional.empty(), world.store.findByAccessor("../id/x" + accessor.substring(TIME)));
    }

    @Test
    void a_token_of_an_earlier_version_works_and_ends_as_before() {
        Issued child = adopted("hvs.0123456789abcdefghijklmn", "nmlkjihgfedcba9876543210");
        assertTrue(world.works(child));
        assertEquals(
                child.entry().key(),
                world.store
                        .findByAccessor(child.entry().accessor())
                        .orElseThrow()
                        .key());
        TokenLeases leases = new TokenLeases(world.view, world.store);
        String lease = leases.ids("", "", 10).getFirst();
        assertEquals("auth/token/create/h" + child.entry().key(), lease);
        assertTrue(leases.find(lease).isPresent());
        Issued grandchild = world.child(child);
        world.pass(Duration.ofMinutes(1));
        assertEquals(
                Duration.ofHours(1),
                world.store.renew(child.entry().key(), Duration.ZERO).left());
        leases.revoke(List.of(lease));
        assertFalse(world.works(child));
        assertFalse(world.works(grandchild));
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void what_is_no_key_is_no_lease_of_a_token() {
        TokenLeases leases = new TokenLeases(world.view, world.store);
        world.make(Duration.ofHours(1), Optional.empty());
        String lease = leases.ids("", "", 1).getFirst();
        assertTrue(leases.find(lease).isPresent());
        assertEquals(Optional.empty(), leases.find(lease + "0"));
        assertEquals(Optional.empty(), leases.find(lease.replace("/h", "/hx")));
        assertEquals(Optional.empty(), leases.find("h"));
        assertEquals(Optional.empty(), leases.find(""));
    }

    /** A token as versions before made and stored them: neither it, its accessor nor their keys have a time. */
    private Issued adopted(String token, String accessor) {
        Issued pattern = world.make(Duration.ofHours(1), Optional.empty());
        world.store.revoke(pattern.entry().key());
        TokenEntry entry = new TokenEntry(
                hash('t', token),
                accessor,
                "",
                pattern.entry().traits(),
                pattern.entry().life(),
                0);
        world.view.transact(editor -> {
            TokenRecords.add(editor, entry, hash('a', accessor));
            return null;
        });
        return new Issued(SecretBytes.ofText(token), entry, pattern.left(), List.of());
    }

    private String hash(char domain, String text) {
        byte[] salt = world.view.get("salt").orElseThrow();
        byte[] message = (domain + text).getBytes(StandardCharsets.US_ASCII);
        try (SecretBytes key = SecretBytes.owning(Arrays.copyOfRange(salt, 1, salt.length));
                HmacSha256 hmac = new HmacSha256(key)) {
            return HexFormat.of().formatHex(hmac.of(message));
        }
    }
}

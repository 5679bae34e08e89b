package io.casemate.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStoreTest {
    private final TokenWorld world = new TokenWorld();

    @Test
    void a_root_token_never_ends_and_survives_a_restart() {
        SecretBytes root = world.store.createRoot();
        assertTrue(TokenWorld.text(root).matches("hvs\\.[0-9A-Za-z]{24}"));
        world.open();
        world.pass(Duration.ofDays(36_000));
        Caller caller = world.store.authenticate(root, TokenWorld.PEER);
        assertTrue(caller.root());
        assertEquals(Set.of("root"), caller.policies());
        assertEquals("root", caller.displayName());
        TokenEntry entry = world.store.find(root).orElseThrow();
        assertEquals(Optional.empty(), entry.life().expires());
        assertFalse(entry.traits().renewable());
        assertEquals("auth/token/root", entry.traits().path());
    }

    @Test
    void the_store_holds_no_token_and_no_name_that_shows_one() {
        List<Issued> made = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            made.add(world.child(world.make(Duration.ofHours(1), Optional.empty())));
        }
        for (String key : world.view.keys()) {
            String all = key + new String(world.view.get(key).orElseThrow(), StandardCharsets.ISO_8859_1);
            for (Issued issued : made) {
                assertFalse(all.contains(TokenWorld.text(issued.token()).substring(4)), key);
                assertFalse(key.contains(issued.entry().accessor()), key);
            }
        }
        assertEquals("[redacted]", made.getFirst().token().toString());
    }

    @Test
    void tokens_and_accessors_never_repeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Issued issued = world.make(Duration.ofHours(1), Optional.empty());
            assertTrue(seen.add(TokenWorld.text(issued.token())));
            assertTrue(seen.add(issued.entry().accessor()));
            assertTrue(issued.entry().accessor().matches("[0-9A-Za-z]{31}"));
            assertTrue(TokenWorld.text(issued.token()).matches("hvs\\.[0-9A-Za-z]{31}"));
        }
        assertEquals(500, world.store.count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "hvs.", "hvs.AAAAAAAAAAAAAAAAAAAAAAAA", "s.abc", "hvb.x", "\u0000", "ü", " "})
    void what_is_no_token_is_refused_alike(String forged) {
        world.make(Duration.ofHours(1), Optional.empty());
        assertFalse(world.works(SecretBytes.ofText(forged)));
        assertFalse(world.works(SecretBytes.ofText(forged.repeat(2000))));
        assertEquals(Optional.empty(), world.store.find(SecretBytes.ofText(forged)));
    }

    @Test
    void a_storage_key_an_accessor_and_a_flipped_character_are_no_tokens() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        assertFalse(world.works(SecretBytes.ofText(issued.entry().key())));
        assertFalse(world.works(SecretBytes.ofText(issued.entry().accessor())));
        byte[] bytes = issued.token().expose().clone();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            assertFalse(world.works(SecretBytes.copyOf(bytes)));
            bytes[i] ^= 1;
        }
        assertTrue(world.works(SecretBytes.copyOf(bytes)));
    }

    @Test
    void ends_exactly_on_time_also_when_cached_and_nothing_is_left_after_the_sweep() {
        Issued issued = world.make(Duration.ofSeconds(60), Optional.empty());
        world.pass(Duration.ofSeconds(59));
        assertTrue(world.works(issued));
        world.pass(Duration.ofSeconds(1));
        assertFalse(world.works(issued));
        assertEquals(Optional.empty(), world.store.find(issued.token()));
        assertEquals(1, world.store.sweep(100));
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void authenticating_an_unlimited_token_writes_nothing() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        long before = world.view.commits();
        for (int i = 0; i < 100; i++) {
            assertTrue(world.works(issued));
        }
        assertEquals(before, world.view.commits());
    }

    @Test
    void renewal_prolongs_up_to_the_maximum() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        world.pass(Duration.ofMinutes(30));
        Issued renewed = world.store.renew(issued.entry().key(), Duration.ZERO);
        assertEquals(Duration.ofHours(1), renewed.left());
        assertEquals(
                Duration.ofHours(2),
                world.store.renew(issued.entry().key(), Duration.ofHours(2)).left());
        Issued capped = world.store.renew(issued.entry().key(), Duration.ofHours(10_000));
        assertEquals(Duration.ofDays(32).minusMinutes(30), capped.left());
        assertEquals(1, capped.warnings().size());
        assertEquals(1, world.keys("expiry/").size());
        world.pass(Duration.ofHours(767));
        assertTrue(world.works(issued));
        world.pass(Duration.ofMinutes(30));
        assertFalse(world.works(issued));
        assertThrows(
                FaultException.class, () -> world.store.renew(issued.entry().key(), Duration.ZERO));
    }

    @Test
    void an_explicit_maximum_holds_and_a_period_goes_on_for_ever() {
        Issued bounded = world.store.create(
                spec(Duration.ofMinutes(10), Duration.ofMinutes(15), Duration.ZERO), Optional.empty());
        Issued periodic =
                world.store.create(spec(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10)), Optional.empty());
        assertEquals(Duration.ofMinutes(10), periodic.left());
        for (int round = 0; round < 200; round++) {
            world.pass(Duration.ofMinutes(9));
            assertEquals(
                    Duration.ofMinutes(10),
                    world.store
                            .renew(periodic.entry().key(), Duration.ofHours(5))
                            .left());
            if (round == 0) {
                assertEquals(
                        Duration.ofMinutes(6),
                        world.store.renew(bounded.entry().key(), Duration.ZERO).left());
            }
        }
        assertFalse(world.works(bounded));
        assertTrue(world.works(periodic));
    }

    @Test
    void a_token_that_is_not_renewable_is_not_renewed() {
        TokenSpec spec = TokenSpec.of(TokenWorld.traits("p").renewable(false), Duration.ofHours(1));
        String key = world.store.create(spec, Optional.empty()).entry().key();
        assertThrows(FaultException.class, () -> world.store.renew(key, Duration.ZERO));
        String root = world.store.find(world.store.createRoot()).orElseThrow().key();
        assertThrows(FaultException.class, () -> world.store.renew(root, Duration.ZERO));
        assertThrows(FaultException.class, () -> world.store.renew("nothing", Duration.ZERO));
    }

    @Test
    void a_limited_token_serves_its_number_and_no_more() {
        Issued issued = world.limited(3);
        assertEquals(
                2, world.store.authenticate(issued.token(), TokenWorld.PEER).remainingUses());
        assertEquals(
                1, world.store.authenticate(issued.token(), TokenWorld.PEER).remainingUses());
        Caller last = world.store.authenticate(issued.token(), TokenWorld.PEER);
        assertEquals(TokenEntry.SPENT, last.remainingUses());
        assertTrue(world.store.findByKey(last.tokenKey()).isPresent(), "its own request may still look");
        assertFalse(world.works(issued));
        assertEquals(Optional.empty(), world.store.find(issued.token()));
        assertThrows(FaultException.class, () -> world.child(issued));
        world.store.settle(last);
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void a_spent_token_that_nobody_settled_is_swept() {
        Issued issued = world.limited(1);
        assertTrue(world.works(issued));
        assertEquals(0, world.store.sweep(10), "its own request may still be at it");
        world.pass(TokenLife.LONGEST_REQUEST);
        assertEquals(1, world.store.sweep(10));
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void a_chosen_id_is_hashed_like_all_others_and_cannot_look_like_one() {
        for (String wrong : List.of("a.b", "hvs.x", "", " ", "a b", "ü", "x".repeat(300))) {
            FaultException refused = assertThrows(FaultException.class, () -> chosen(wrong));
            assertInstanceOf(Fault.BadRequest.class, refused.fault());
        }
        Issued issued = chosen("my-own-token");
        assertTrue(world.works(SecretBytes.ofText("my-own-token")));
        assertNotEquals("my-own-token", issued.entry().key());
        assertThrows(FaultException.class, () -> chosen("my-own-token"));
    }

    @Test
    void finds_by_accessor_while_it_lives() {
        Issued issued = world.make(Duration.ofMinutes(1), Optional.empty());
        String accessor = issued.entry().accessor();
        assertEquals(issued.entry(), world.store.findByAccessor(accessor).orElseThrow());
        assertEquals(Optional.empty(), world.store.findByAccessor(accessor + "x"));
        world.pass(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), world.store.findByAccessor(accessor));
    }

    @Test
    void a_bound_token_works_from_its_addresses_only() {
        TokenTraits bound = new TokenTraits(
                new TreeSet<>(Set.of("p")), Map.of(), "t", "x", "", "", true, List.of("10.1.0.0/16", "2001:db8::/33"));
        SecretBytes token = world.store
                .create(TokenSpec.of(bound, Duration.ofHours(1)), Optional.empty())
                .token();
        for (String good : List.of("10.1.2.3", "2001:db8:7fff::1")) {
            assertEquals("t", world.store.authenticate(token, from(good)).displayName());
        }
        for (String bad : List.of("10.2.0.1", "127.0.0.1", "2001:db8:8000::1", "::ffff:10.2.0.1", "localhost", "")) {
            assertThrows(FaultException.class, () -> world.store.authenticate(token, from(bad)));
        }
    }

    @Test
    void seal_forgets_and_another_nodes_write_is_seen() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        assertTrue(world.works(issued));
        TokenStore here = world.store;
        world.open().revoke(issued.entry().key());
        here.invalidate("id/" + issued.entry().key());
        assertThrows(FaultException.class, () -> here.authenticate(issued.token(), TokenWorld.PEER));
        Issued other = world.make(Duration.ofHours(1), Optional.empty());
        world.store.invalidate();
        assertTrue(world.works(other), "the salt is read again");
    }

    @Test
    void a_record_that_is_none_or_newer_is_an_error_and_never_a_token() {
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        for (byte[] stored :
                List.of(new byte[0], new byte[] {2, '{', '}'}, new byte[] {1, '{', '}'}, new byte[] {1, 'x'})) {
            world.view.put("id/" + issued.entry().key(), stored);
            world.open();
            assertInstanceOf(
                    Fault.StorageFailed.class,
                    assertThrows(FaultException.class, () -> world.works(issued))
                            .fault());
        }
    }

    private Issued chosen(String id) {
        return world.store.create(
                new TokenSpec(
                        TokenWorld.traits("p"),
                        Duration.ofHours(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        0,
                        Optional.of(SecretBytes.ofText(id))),
                Optional.empty());
    }

    private static TokenSpec spec(Duration ttl, Duration explicitMax, Duration period) {
        return new TokenSpec(TokenWorld.traits("p"), ttl, explicitMax, period, 0, Optional.empty());
    }

    private static Request.Peer from(String address) {
        return new Request.Peer(address, 1, List.of(), Map.of());
    }
}

package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclTest {
    @Test
    void nothing_is_allowed_without_a_rule_and_everything_to_root() {
        assertFalse(allows(acl(""), Operation.READ, "a"));
        Acl root = new Acl(List.of(new Policy("root", "", List.of(), List.of())));
        Verdict verdict = root.judge(Asking.to(Operation.DELETE, "sys/seal"), true);
        assertEquals(new Verdict(true, List.of("root")), verdict);
        assertEquals(List.of("root"), root.capabilities("x"));
    }

    @Test
    void help_is_for_everybody() {
        assertTrue(allows(acl(""), Operation.HELP, "a"));
    }

    @ParameterizedTest
    @CsvSource({
        // path asked, the pattern that decides
        "kv/a/b, kv/a/b",
        "kv/a/c, kv/a/+",
        "kv/x/b, kv/+/b",
        "kv/x/y, kv/*",
        "kv/a/bc, kv/a/b*",
        "kv/a/b/c, kv/a/b*",
        "kv/x/deep/er, kv/*",
        "kw, k*",
        "team/x/y/z, team/+/+/z",
        "team/x/y/zz, team/+/+/z*",
        "team/x/b/z, team/+/b/+"
    })
    void the_most_specific_pattern_decides(String path, String pattern) {
        List<String> patterns = List.of(
                "kv/a/b",
                "kv/a/+",
                "kv/+/b",
                "kv/*",
                "kv/a/b*",
                "kv/+/deep*",
                "k*",
                "team/+/+/z",
                "team/+/+/z*",
                "team/+/b/+",
                "*");
        String others = String.join(
                "",
                patterns.stream()
                        .filter(each -> !each.equals(pattern))
                        .map(each -> "path \"" + each + "\" { capabilities = [\"deny\"] }\n")
                        .toList());
        String wanted = "path \"" + pattern + "\" { capabilities = [\"read\"] }\n";
        assertTrue(allows(acl(others + wanted), Operation.READ, path));
        String reverse = others.replace("\"deny\"", "\"read\"") + wanted.replace("\"read\"", "\"deny\"");
        assertFalse(allows(acl(reverse), Operation.READ, path));
    }

    @Test
    void a_plus_is_exactly_one_segment() {
        Acl acl = acl("path \"a/+/c\" { capabilities = [\"read\"] } path \"+\" { capabilities = [\"read\"] }");
        assertTrue(allows(acl, Operation.READ, "a/b/c"));
        assertFalse(allows(acl, Operation.READ, "a/c"));
        assertFalse(allows(acl, Operation.READ, "a/b/b/c"));
        assertFalse(allows(acl, Operation.READ, "a/b/c/d"));
        assertTrue(allows(acl, Operation.READ, "top"));
        assertFalse(allows(acl, Operation.READ, "top/x"));
    }

    @Test
    void policies_unite_and_deny_beats() {
        String read = "path \"a\" { capabilities = [\"read\"] }";
        String update = "path \"a\" { capabilities = [\"update\"] }";
        String deny = "path \"a\" { capabilities = [\"deny\"] }";
        Verdict verdict = acl(read, update, read).judge(Asking.to(Operation.READ, "a"), false);
        assertEquals(new Verdict(true, List.of("p0", "p2")), verdict);
        assertEquals(List.of("read", "update"), acl(read, update).capabilities("a"));
        for (Acl acl : List.of(acl(read, deny, update), acl(deny, read), acl(read, deny))) {
            assertFalse(allows(acl, Operation.READ, "a"));
            assertEquals(List.of("deny"), acl.capabilities("a"));
        }
        assertTrue(allows(acl(read + deny.replace("\"a\"", "\"b*\"")), Operation.READ, "a"));
    }

    @Test
    void two_stanzas_of_one_policy_merge_like_two_policies() {
        String twice = "path \"a\" { capabilities = [\"read\"] } path \"a\" { capabilities = [\"list\"] }";
        assertEquals(List.of("list", "read"), acl(twice).capabilities("a"));
    }

    @Test
    void sudo_is_asked_for_where_it_is_needed() {
        Acl plain = acl("path \"sys/seal\" { capabilities = [\"update\"] }");
        Acl sudo = acl("path \"sys/seal\" { capabilities = [\"update\", \"sudo\"] }");
        Acl only = acl("path \"sys/seal\" { capabilities = [\"sudo\"] }");
        assertFalse(plain.judge(Asking.to(Operation.UPDATE, "sys/seal"), true).allowed());
        assertTrue(sudo.judge(Asking.to(Operation.UPDATE, "sys/seal"), true).allowed());
        assertFalse(only.judge(Asking.to(Operation.UPDATE, "sys/seal"), true).allowed());
    }

    @ParameterizedTest
    @CsvSource({
        "kv/a/, true",
        "kv/a, true",
        "kv/*, true",
        "kv/+, true",
        "kv/+/, true",
        "kv/a*, true",
        "kv/a/*, true",
        "kv/b*, false",
        "kv/a/b, false",
        "kv, false",
        "kv/+/x, false"
    })
    void list_and_scan_are_judged_with_and_without_the_slash(String pattern, boolean allowed) {
        for (Operation operation : List.of(Operation.LIST, Operation.SCAN)) {
            Acl acl = acl("path \"" + pattern + "\" { capabilities = [\"" + operation.word() + "\"] }");
            assertEquals(allowed, allows(acl, operation, "kv/a/"));
            assertEquals(allowed, allows(acl, operation, "kv/a"));
        }
    }

    @Test
    void who_may_list_may_not_scan_and_the_other_way_round() {
        Acl list = acl("path \"kv/*\" { capabilities = [\"list\", \"read\"] }");
        Acl scan = acl("path \"kv/*\" { capabilities = [\"scan\"] }");
        assertFalse(allows(list, Operation.SCAN, "kv/a/"));
        assertFalse(allows(scan, Operation.LIST, "kv/a/"));
        assertTrue(allows(scan, Operation.SCAN, "kv/a/"));
    }

    /** As Vault and OpenBao: no rule that matches the slash only lists what the best one for the folder does not. */
    @Test
    void the_best_rule_for_a_folder_without_its_slash_decides_on_lists() {
        for (Operation operation : List.of(Operation.LIST, Operation.SCAN)) {
            String lists = "{ capabilities = [\"" + operation.word() + "\"] }";
            Acl plus = acl("path \"secret/metadata/+/*\" " + lists
                    + " path \"secret/metadata/hr/*\" { capabilities = [\"read\"] }");
            assertFalse(allows(plus, operation, "secret/metadata/hr/sub/"));
            assertFalse(allows(plus, operation, "secret/metadata/hr/sub"));
            assertTrue(allows(plus, operation, "secret/metadata/it/sub/"));
            assertFalse(allows(plus, operation, "secret/metadata/hr/"));
            Acl slash = acl("path \"kv/*\" { capabilities = [\"read\"] } path \"kv/a/*\" " + lists);
            assertFalse(allows(slash, operation, "kv/a/"));
            assertTrue(allows(slash, operation, "kv/a/b/"));
        }
    }

    @Test
    void a_deny_below_a_folder_is_not_passed_by_listing_without_its_slash() {
        Acl acl =
                acl("path \"kv/*\" { capabilities = [\"list\"] } path \"kv/private/*\" { capabilities = [\"deny\"] }");
        assertFalse(allows(acl, Operation.LIST, "kv/private/"));
        assertTrue(allows(acl, Operation.LIST, "kv/public/"));
    }

    @Test
    void templates_match_nothing_and_deny_nothing() {
        Acl acl = acl(
                "path \"a/{{identity.entity.id}}\" { capabilities = [\"read\"] } path \"a/*\" { policy = \"read\" }");
        assertTrue(allows(acl, Operation.READ, "a/x"));
        assertFalse(allows(
                acl("path \"a/{{identity.entity.id}}\" { policy = \"read\" }"),
                Operation.READ,
                "a/{{identity.entity.id}}"));
    }

    @Test
    void parameters_bound_what_may_be_sent() {
        Acl acl = acl("""
            path "a" { capabilities = ["create", "update", "patch", "read", "delete"]
              required_parameters = ["why"]
              allowed_parameters = { "why" = [] "n" = ["x*", 3] "on" = [true] }
              denied_parameters = { "n" = ["xx*"] } }
            """);
        assertTrue(sends(acl, Map.of("why", "y", "n", "xa")));
        assertTrue(sends(acl, Map.of("why", "y", "n", 3L)));
        assertTrue(sends(acl, Map.of("why", "y", "n", "3", "on", "true")));
        assertFalse(sends(acl, Map.of("n", "xa")), "required one is missing");
        assertFalse(sends(acl, Map.of("why", "y", "n", "b")), "value not allowed");
        assertFalse(sends(acl, Map.of("why", "y", "N", "b")), "upper case is no way around");
        assertFalse(sends(acl, Map.of("why", "y", "n", "xxa")), "denied value");
        assertFalse(sends(acl, Map.of("why", "y", "other", 1L)), "name not allowed");
        assertFalse(sends(acl, Map.of("why", "y", "on", false)), "other flag");
        assertFalse(allows(acl, Operation.READ, "a"), "required on reads too");
        assertTrue(allows(acl, Operation.DELETE, "a"), "deletes have no parameters");
    }

    @Test
    void a_denied_value_is_denied_in_every_spelling() {
        Acl acl =
                acl("path \"a\" { policy = \"write\" denied_parameters = { \"policies\" = [\"root\"] \"n\" = [7] } }");
        for (Object sent : Arrays.asList(
                "root",
                "ROOT",
                List.of("x", "Root"),
                "a, root",
                List.of("root"),
                " root",
                "Root\t",
                List.of(" root "))) {
            assertFalse(sends(acl, Map.of("policies", sent)), sent.toString());
        }
        for (Object sent : List.of(7L, "7", "07", "+7", new BigDecimal("7.0"), List.of(1L, 7L))) {
            assertFalse(sends(acl, Map.of("n", sent)), sent.toString());
        }
        assertTrue(sends(acl, Map.of("policies", "rooted", "n", new BigDecimal("1e999999"))));
        Acl all = acl("path \"a\" { policy = \"write\" denied_parameters = { \"*\" = [] } }");
        assertFalse(sends(all, Map.of("x", 1L)));
        assertTrue(sends(all, Map.of()));
    }

    /** However their author wrote them: the server reads the names of policies in lower case. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "policies",
                "token_policies",
                "allowed_policies",
                "allowed_policies_glob",
                "disallowed_policies",
                "disallowed_policies_glob"
            })
    void names_of_policies_in_a_rule_have_no_case(String name) {
        Acl denied = acl(
                "path \"a\" { policy = \"write\" denied_parameters = { \"" + name + "\" = [\" Admin\", \"Ops*\"] } }");
        Acl allowed = acl("path \"a\" { policy = \"write\" allowed_parameters = { \"" + name + "\" = [\"Dev-*\"] } }");
        for (Object sent : List.of("admin", "Admin", "ADMIN", "x,Admin", List.of("Admin"), "ops-a", "OPS-a")) {
            assertFalse(sends(denied, Map.of(name, sent)), sent.toString());
        }
        assertTrue(sends(denied, Map.of(name, "dev")));
        assertTrue(sends(allowed, Map.of(name, List.of("dev-a", "DEV-b"))));
        assertFalse(sends(allowed, Map.of(name, "admin")));
    }

    @Test
    void every_element_must_be_allowed() {
        Acl acl = acl("path \"a\" { policy = \"write\" allowed_parameters = { \"l\" = [\"x\", \"y*\"] } }");
        assertTrue(sends(acl, Map.of("l", List.of("x", "yy"))));
        assertTrue(sends(acl, Map.of("l", "x,yy")));
        assertFalse(sends(acl, Map.of("l", List.of("x", "z"))));
        assertFalse(sends(acl, Map.of("l", "x,z")));
    }

    @Test
    void a_star_does_not_stand_for_a_comma_and_what_comes_after_it() {
        Acl acl = acl(
                "path \"a\" { policy = \"write\" allowed_parameters = { \"l\" = [\"dev-*\", \"*-ops\", \"x,y\"] } }");
        for (Object sent :
                List.of("dev-a,admin", "admin,x-ops", "dev-a,admin,x-ops", "x,y,z", List.of("dev-a,admin"))) {
            assertFalse(sends(acl, Map.of("l", sent)), sent.toString());
        }
        for (Object sent : List.of("dev-a,dev-b", "dev-a, x-ops", "x,y", List.of("x,y", "dev-a"))) {
            assertTrue(sends(acl, Map.of("l", sent)), sent.toString());
        }
        Acl denied = acl("path \"a\" { policy = \"write\" denied_parameters = { \"l\" = [\"admin\"] } }");
        for (Object sent : List.of(" admin", "admin ", "a, admin ,b", "admin,")) {
            assertFalse(sends(denied, Map.of("l", sent)), "read as a list: " + sent);
        }
    }

    /** Whoever may send a text may send the list that a field reads from it, and no more. */
    @Test
    void a_text_is_allowed_only_when_its_list_is() {
        SplittableRandom random = new SplittableRandom(14);
        int both = 0;
        for (int round = 0; round < 20_000; round++) {
            String rule = drawn(random, "ab*", 3);
            Acl acl = acl("path \"a\" { policy = \"write\" allowed_parameters = { \"l\" = [\"" + rule + "\", \""
                    + drawn(random, "ab*", 3) + "\"] } }");
            String text = drawn(random, "ab, ", 6);
            List<String> list = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList();
            if (text.indexOf(',') >= 0 && sends(acl, Map.of("l", text))) {
                both++;
                assertTrue(
                        sends(acl, Map.of("l", list)),
                        text + " by " + acl.grants().toList());
            }
        }
        assertTrue(both > 100, "only " + both + " texts were allowed at all");
    }

    private static String drawn(SplittableRandom random, String letters, int most) {
        return random.ints(random.nextInt(1, most + 1), 0, letters.length())
                .mapToObj(at -> letters.substring(at, at + 1))
                .collect(Collectors.joining());
    }

    @Test
    void parameters_of_several_policies_merge() {
        String a = "path \"a\" { policy = \"write\" allowed_parameters = { \"n\" = [\"1\"] } }";
        String b = "path \"a\" { policy = \"write\" allowed_parameters = { \"n\" = [\"2\"] \"m\" = [] } }";
        String any = "path \"a\" { policy = \"write\" allowed_parameters = { \"n\" = [] } }";
        assertTrue(sends(acl(a, b), Map.of("n", "2", "m", "z")));
        assertFalse(sends(acl(a, b), Map.of("n", "3")));
        assertTrue(sends(acl(a, any), Map.of("n", "3")));
    }

    @Test
    void wrapping_bounds_demand_a_wrapped_answer() {
        Acl acl = acl("path \"a\" { policy = \"read\" min_wrapping_ttl = 10 max_wrapping_ttl = \"1m\" }");
        var read = Asking.to(Operation.READ, "a");
        assertFalse(acl.judge(read, false).allowed());
        assertFalse(
                acl.judge(Asking.wrapped(read, Duration.ofSeconds(9)), false).allowed());
        assertTrue(
                acl.judge(Asking.wrapped(read, Duration.ofSeconds(10)), false).allowed());
        assertTrue(
                acl.judge(Asking.wrapped(read, Duration.ofSeconds(60)), false).allowed());
        assertFalse(
                acl.judge(Asking.wrapped(read, Duration.ofSeconds(61)), false).allowed());
        Acl merged = acl(
                "path \"a\" { policy = \"read\" min_wrapping_ttl = 10 }",
                "path \"a\" { policy = \"read\" max_wrapping_ttl = 5 }");
        assertFalse(
                merged.judge(Asking.wrapped(read, Duration.ofSeconds(7)), false).allowed());
    }

    @Test
    void tells_whether_anything_below_a_mount_is_granted() {
        assertTrue(acl("path \"kv/a/b\" { policy = \"read\" }").reaches("kv/"));
        assertTrue(acl("path \"kv/a*\" { policy = \"read\" }").reaches("kv/"));
        assertTrue(acl("path \"*\" { policy = \"read\" }").reaches("kv/"));
        assertTrue(acl("path \"+/a\" { policy = \"read\" }").reaches("kv/"));
        assertTrue(acl("path \"+/*\" { policy = \"read\" }").reaches("kv/"));
        assertFalse(acl("path \"+/a\" { policy = \"deny\" }").reaches("kv/"));
        assertFalse(acl("path \"kw/a\" { policy = \"read\" }").reaches("kv/"));
        assertFalse(acl("path \"kv/a\" {}").reaches("kv/"));
        assertFalse(acl("path \"+/b/c\" { policy = \"read\" }").reaches("kv/a/"));
    }

    static Acl acl(String... texts) {
        return new Acl(IntStream.range(0, texts.length)
                .mapToObj(i -> PolicyParser.parse("p" + i, texts[i]))
                .toList());
    }

    private static boolean allows(Acl acl, Operation operation, String path) {
        return acl.judge(Asking.to(operation, path), false).allowed();
    }

    private static boolean sends(Acl acl, Map<String, Object> data) {
        return acl.judge(Asking.to(Operation.UPDATE, "a", data), false).allowed();
    }
}

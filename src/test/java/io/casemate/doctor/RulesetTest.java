package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A packet filter is closed when nothing gets in without a condition, however many chains lie in between. */
class RulesetTest {
    private static final String TRUSTED = HealthyMachine.resource("nft-firewalld-trusted.json");

    private static Verdict input(String rules) {
        return Ruleset.parse(rules).closed("input").verdict();
    }

    /** A chain on the hook with a policy, another one, and a rule in each. */
    private static Verdict input(String policy, String first, String second) {
        return input("""
                {"nftables": [
                {"chain": {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input", "policy": "%s"}},
                {"chain": {"family": "inet", "table": "t", "name": "other"}},
                {"rule": {"family": "inet", "table": "t", "chain": "in", "expr": [%s]}},
                {"rule": {"family": "inet", "table": "t", "chain": "other", "expr": [%s]}}]}""".formatted(policy, first.replace('\'', '"'), second.replace('\'', '"')));
    }

    @Test
    void aZoneThatTrustsAnInterfaceIsOpen() {
        assertEquals(Verdict.FAILED, input(TRUSTED));
    }

    @Test
    void firewalldWithoutATrustingZoneIsClosed() {
        String trust = "{\"goto\": {\"target\": \"filter_IN_trusted\"}}";
        assertEquals(1, TRUSTED.split(Pattern.quote(trust), -1).length - 1);
        assertEquals(Verdict.OK, input(TRUSTED.replace(trust, "{\"goto\": {\"target\": \"filter_IN_public\"}}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "drop   | {'jump': {'target': 'other'}} | {'accept': null} | FAILED",
                "drop   | {'goto': {'target': 'other'}} | {'accept': null} | FAILED",
                "accept | {'jump': {'target': 'other'}} | {'drop': null} | OK",
                "accept | {'goto': {'target': 'other'}} | {'counter': null} | FAILED",
                "drop   | {'goto': {'target': 'other'}} | {'counter': null} | OK",
                "drop   | {'return': null} | {'accept': null} | OK",
                "drop   | {'match': {'op': '==', 'left': {'meta': {'key': 'iifname'}}, 'right': 'eth0'}}, {'accept': null} | {'drop': null} | FAILED",
                "drop   | {'match': {'op': '!=', 'left': {'meta': {'key': 'iifname'}}, 'right': 'lo'}}, {'accept': null} | {'drop': null} | FAILED",
                "drop   | {'match': {'op': '==', 'left': {'meta': {'key': 'iif'}}, 'right': 'lo'}}, {'accept': null} | {'drop': null} | OK",
                "accept | {'match': {'op': '==', 'left': {'meta': {'key': 'iifname'}}, 'right': 'eth0'}}, {'drop': null} | {'drop': null} | FAILED",
                "drop   | {'vmap': {'key': {'meta': {'key': 'iifname'}}, 'data': {'set': [['eth1', {'drop': null}], ['eth0', {'jump': {'target': 'other'}}]]}}} | {'accept': null} | FAILED",
                "drop   | {'match': {'op': '==', 'left': {'payload': {'protocol': 'tcp', 'field': 'dport'}}, 'right': 8200}}, {'jump': {'target': 'other'}} | {'accept': null} | OK"
            })
    void whatIsReachedWithoutAConditionDecides(String policy, String first, String second, Verdict verdict) {
        assertEquals(verdict, input(policy, first, second));
    }
}

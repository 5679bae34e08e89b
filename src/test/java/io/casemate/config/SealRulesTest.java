package io.casemate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealRulesTest {
    /** Each seal is a letter, small when disabled: P for pkcs11, S for shamir. */
    @ParameterizedTest
    @CsvSource({
        "S, 0", "P, 0", "PP, 0", "PPP, 0", "p, 0", "Ps, 0", "Sp, 0", "Spp, 0", "Pp, 0", "PS, 1", "SS, 1", "s, 1",
    })
    void whatMayStandBesideEachOther(String seals, int problems) {
        List<SealConfig> configured =
                seals.chars().mapToObj(SealRulesTest::seal).toList();
        assertEquals(problems, SealRules.check(named(configured)).size());
    }

    private static SealConfig seal(int letter) {
        boolean disabled = Character.isLowerCase(letter);
        return Character.toUpperCase(letter) == 'S'
                ? new SealConfig.Shamir("", disabled)
                : new SealConfig.Pkcs11("", 1, disabled, null, null, null, null);
    }

    private static List<SealConfig> named(List<SealConfig> seals) {
        return java.util.stream.IntStream.range(0, seals.size())
                .mapToObj(i -> switch (seals.get(i)) {
                    case SealConfig.Shamir s -> (SealConfig) new SealConfig.Shamir("" + i, s.disabled());
                    case SealConfig.Pkcs11 p -> new SealConfig.Pkcs11("" + i, 1, p.disabled(), null, null, null, null);
                })
                .toList();
    }
}

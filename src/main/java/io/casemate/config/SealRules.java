package io.casemate.config;

import java.util.ArrayList;
import java.util.List;

/** What several seals beside each other have to keep to. */
final class SealRules {
    private SealRules() {}

    /** Every problem with these seals, each of them sound by itself. */
    static List<String> check(List<SealConfig> seals) {
        List<String> problems = new ArrayList<>();
        if (seals.stream().map(SealConfig::name).distinct().count() < seals.size()) {
            problems.add("seal: two seals have the same name");
        }
        long shamir = seals.stream().filter(SealConfig.Shamir.class::isInstance).count();
        if (shamir > 1) {
            problems.add("seal: more than one seal of type shamir; shares are made once");
        }
        boolean people = active(seals, SealConfig.Shamir.class);
        boolean devices = active(seals, SealConfig.Pkcs11.class);
        if (people && devices) {
            problems.add("seal: shamir and pkcs11 cannot both guard the root key; set disabled: true on the seal that"
                    + " is to be left");
        }
        if (shamir == seals.size() && shamir > 0 && !people) {
            problems.add("seal: the only seal is disabled; name the one to go to, or remove disabled");
        }
        return problems;
    }

    private static boolean active(List<SealConfig> seals, Class<? extends SealConfig> kind) {
        return seals.stream().anyMatch(seal -> kind.isInstance(seal) && !seal.disabled());
    }
}

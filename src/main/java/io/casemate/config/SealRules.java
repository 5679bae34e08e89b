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

    /** What is wrong with needing so many of them together; they are sound otherwise. */
    static List<String> checkQuorum(List<SealConfig> seals, int quorum) {
        List<SealConfig.Pkcs11> devices = seals.stream()
                .filter(SealConfig.Pkcs11.class::isInstance)
                .map(SealConfig.Pkcs11.class::cast)
                .filter(seal -> !seal.disabled())
                .toList();
        List<String> problems = new ArrayList<>();
        if (quorum > 1 && quorum > devices.size()) {
            problems.add("seal_quorum: " + quorum + " HSMs cannot be needed together, as " + devices.size()
                    + (devices.size() == 1 ? " seal" : " seals") + " of type pkcs11 "
                    + (devices.size() == 1 ? "is" : "are") + " in use");
        }
        for (int i = 0; quorum > 1 && i < devices.size(); i++) {
            for (SealConfig.Pkcs11 other : devices.subList(i + 1, devices.size())) {
                if (sameToken(devices.get(i), other)) {
                    problems.add("seal_quorum: seals '" + devices.get(i).name() + "' and '" + other.name()
                            + "' are the same token; a quorum needs different HSMs");
                }
            }
        }
        return problems;
    }

    private static boolean sameToken(SealConfig.Pkcs11 one, SealConfig.Pkcs11 other) {
        return one.hsm().library().equals(other.hsm().library())
                && one.hsm().token().equals(other.hsm().token());
    }

    private static boolean active(List<SealConfig> seals, Class<? extends SealConfig> kind) {
        return seals.stream().anyMatch(seal -> kind.isInstance(seal) && !seal.disabled());
    }
}

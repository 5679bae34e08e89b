package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The seal, the HSM behind it and the shares of people. */
final class SealChecks {
    private static final Set<String> GOOD_PINS = Set.of("fine", "unknown");

    static final List<Check> ALL = List.of(
            Check.at("seal.device", Practice.SEAL, Severity.MEDIUM)
                    .title("No HSM guards the root key")
                    .why("Shares are handled by people at every start, and can be copied unseen.")
                    .from("the server's seals")
                    .remedy("Configure a seal of type pkcs11, and casemate operator seal migrate")
                    .probe(scene -> Finding.of(
                            seals(scene).stream()
                                    .anyMatch(seal -> seal.text("type").equals("pkcs11")),
                            "seals: "
                                    + seals(scene).stream()
                                            .map(seal -> seal.text("type"))
                                            .toList())),
            Check.at("seal.healthy", Practice.SEAL, Severity.HIGH)
                    .title("A seal does not work")
                    .why("The server may stay sealed after its next start.")
                    .from("the server's watch over its seals")
                    .remedy("casemate operator seal status tells why; docs/runbooks/lost-hsm.md")
                    .probe(SealChecks::healthy),
            Check.at("seal.shares", Practice.SEAL, Severity.MEDIUM)
                    .title("One person alone holds the shares that count")
                    .why("One share that opens, or that makes a root token, is one theft or one accident.")
                    .from("the server: threshold of unseal or recovery shares")
                    .remedy("casemate operator rekey with at least 3 shares and a threshold of 2")
                    .probe(scene -> Finding.of(
                            scene.facts().get().number("share_threshold") >= 2,
                            scene.facts().get().number("share_threshold") + " of "
                                    + scene.facts().get().number("shares") + " shares")),
            Check.at("seal.emergency", Practice.SEAL, Severity.MEDIUM)
                    .title("Emergency shares open the server without its HSMs")
                    .why("They were meant for an outage; afterwards they are a second door.")
                    .from("the server's store")
                    .remedy("casemate operator emergency remove")
                    .probe(scene -> Finding.of(
                            !scene.facts().get().flag("emergency_shares"),
                            scene.facts().get().flag("emergency_shares") ? "there are some" : "there are none")),
            Check.at("hsm.keys", Practice.SEAL, Severity.HIGH)
                    .title("A key of ours in the HSM may leave it")
                    .why("A wrapping key that was copied opens every backup, past and future.")
                    .from("the attributes that the token tells of the keys the seals name")
                    .remedy("Make new keys in the HSM (generate_key), and casemate operator seal migrate")
                    .probe(SealChecks::keys),
            Check.at("hsm.pin", Practice.SEAL, Severity.HIGH)
                    .title("The HSM's PIN is close to being locked, or refused")
                    .why("One more wrong try, or restart, locks the server out of its own HSM.")
                    .from("the token's flags")
                    .remedy(
                            "Near its end: log in once with the HSM's own tool. Refused: write the right PIN, then SIGHUP or restart")
                    .probe(SealChecks::pins),
            Check.at("hsm.pin-source", Practice.SEAL, Severity.MEDIUM)
                    .title("The HSM's PIN comes from the environment")
                    .why("An environment is inherited and shown; a credential is readable by the server alone.")
                    .from("the scheme of the seals' pin")
                    .remedy("pin: credential://hsm-pin with LoadCredentialEncrypted=hsm-pin in the unit")
                    .probe(SealChecks::sources));

    private SealChecks() {}

    private static List<Facts> seals(ExaminationContext scene) {
        return scene.facts().get().each("seals");
    }

    private static List<Facts> devices(ExaminationContext scene) {
        return seals(scene).stream()
                .filter(seal -> seal.text("type").equals("pkcs11"))
                .toList();
    }

    private static Finding healthy(ExaminationContext scene) {
        List<String> ill = seals(scene).stream()
                .filter(seal -> !seal.flag("healthy"))
                .map(seal -> seal.text("name"))
                .toList();
        return Finding.of(ill.isEmpty(), ill.isEmpty() ? seals(scene).size() + " seals work" : ill + " do not work");
    }

    private static Finding keys(ExaminationContext scene) {
        List<Facts> devices = devices(scene);
        if (devices.isEmpty()) {
            return Finding.notApplicable("no HSM is configured");
        }
        List<String> bad = new ArrayList<>();
        int seen = 0;
        for (Facts device : devices) {
            for (Facts key : device.each("keys")) {
                seen++;
                boolean leaves = key.find("extractable").orElse(false).equals(true)
                        || key.find("sensitive").orElse(true).equals(false);
                boolean came = key.find("local").orElse(true).equals(false)
                        || key.find("never_extractable").orElse(true).equals(false);
                if (leaves || came) {
                    bad.add(device.text("name") + "/" + key.text("label") + (leaves ? " can leave" : " was outside"));
                }
            }
        }
        return seen == 0
                ? Finding.unknown("the HSM tells of none of our keys")
                : Finding.of(bad.isEmpty(), bad.isEmpty() ? seen + " keys stay in the HSM" : bad.toString());
    }

    private static Finding pins(ExaminationContext scene) {
        return each(scene, "pin_state", GOOD_PINS);
    }

    private static Finding sources(ExaminationContext scene) {
        return each(scene, "pin_source", Set.of("credential", "file"));
    }

    private static Finding each(ExaminationContext scene, String member, Set<String> good) {
        List<Facts> devices = devices(scene);
        if (devices.isEmpty()) {
            return Finding.notApplicable("no HSM is configured");
        }
        List<String> told = devices.stream()
                .map(device -> device.text("name") + ": " + device.text(member))
                .toList();
        boolean unknown =
                devices.stream().anyMatch(device -> device.text(member).equals("unknown"));
        boolean fine = devices.stream().allMatch(device -> good.contains(device.text(member)));
        return fine && unknown ? Finding.unknown(told.toString()) : Finding.of(fine, told.toString());
    }
}

package io.casemate.hsm;

import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds or makes the wrapping key and the best profile that works with it on this token. */
final class ProfileChooser {
    private static final Logger LOG = System.getLogger("casemate.hsm");

    private static final int BIRTHS = 3;

    private final WrappingKeySettings settings;
    private final List<MechanismFamily> wanted;
    private final SecureRandom random;
    private final KeyBirth birth;

    ProfileChooser(WrappingKeySettings settings, SecureRandom random) {
        this.settings = settings;
        this.wanted = MechanismFamily.parse(settings.mechanism());
        this.random = random;
        this.birth = new KeyBirth(random);
    }

    /**
     * A profile that passed its self-test, and the key's label and id as they are on the token.
     *
     * @param born a key was made for it just now
     */
    record Choice(WrappingProfile profile, KeyName name, boolean born) {}

    /** The choice; {@code SETUP} when the key is missing or unfit, or nothing works with it. */
    Choice choose(Connection connection) {
        for (int left = BIRTHS; ; left--) {
            List<SelfTest.Failure> reasons = new ArrayList<>();
            try {
                return chooseOnce(connection, reasons);
            } catch (FaultException e) {
                if (left == 1 || !settings.generate() || !doubled(e, reasons)) {
                    throw e;
                }
                // Another server made the key at the same moment, and the token showed it late: ours is gone, theirs
                // serves.
                connection.refresh();
            }
        }
    }

    /** Nothing works, and that is or may be because there are two keys where one should be. */
    private static boolean doubled(FaultException e, List<SelfTest.Failure> reasons) {
        return e.fault() instanceof HsmFailed failed
                && failed.problem() == HsmProblem.SETUP
                && Stream.concat(Stream.of(failed.code()), reasons.stream().map(SelfTest.Failure::code))
                        .anyMatch(HsmFailures.KEY_AMBIGUOUS::equals);
    }

    private Choice chooseOnce(Connection connection, List<SelfTest.Failure> reasons) {
        boolean aes = wanted.stream().anyMatch(f -> f != MechanismFamily.RSA_PKCS_OAEP) && connection.has(secret());
        boolean rsa = !aes && wanted.contains(MechanismFamily.RSA_PKCS_OAEP) && connection.has(pair());
        demand(connection, aes, rsa);
        for (MechanismFamily family : wanted) {
            boolean keyFits = family == MechanismFamily.RSA_PKCS_OAEP ? !aes : !rsa;
            if (keyFits && connection.mechanisms().contains(family.type())) {
                Optional<Choice> choice = attempt(connection, family, reasons);
                if (choice.isPresent()) {
                    return choice.get();
                }
            } else if (keyFits) {
                reasons.add(new SelfTest.Failure(
                        Ckr.CKR_MECHANISM_INVALID.name(),
                        "the token does not offer " + family + " (CKR_MECHANISM_INVALID)"));
            }
        }
        throw nothingWorks(connection, reasons);
    }

    private KeyRef secret() {
        return KeyRef.secret(settings.keyLabel(), settings.keyId());
    }

    private KeyRef pair() {
        return KeyRef.privateKey(settings.keyLabel(), settings.keyId());
    }

    /** An existing key has to be fit; a missing one is an error when it is not to be made. */
    private void demand(Connection connection, boolean aes, boolean rsa) {
        if (aes) {
            KeyDemands.aes(connection, secret());
        } else if (rsa) {
            KeyDemands.rsa(connection, pair());
        } else if (!settings.generate()) {
            connection.handle(wanted.getFirst() == MechanismFamily.RSA_PKCS_OAEP ? pair() : secret());
        }
    }

    /** The choice, or a reason more when this family does not work here and another may. */
    private Optional<Choice> attempt(Connection connection, MechanismFamily family, List<SelfTest.Failure> reasons) {
        List<Long> made = new ArrayList<>();
        Optional<Choice> choice = Optional.empty();
        try {
            if (settings.generate()) {
                make(connection, family, made);
            }
            choice = firstThatWorks(connection, family, reasons, !made.isEmpty());
            return choice;
        } catch (FaultException e) {
            HsmFailed failed = HsmFailures.failure(e);
            if (failed.problem() != HsmProblem.SETUP || wanted.size() == 1) {
                throw e;
            }
            reasons.add(new SelfTest.Failure(
                    failed.code(), family + ": " + failed.operation() + ": " + failed.code() + ": " + failed.advice()));
            return Optional.empty();
        } finally {
            if (choice.isEmpty()) {
                KeyBirth.undo(connection, made);
            }
        }
    }

    private void make(Connection connection, MechanismFamily family, List<Long> made) {
        if (family == MechanismFamily.RSA_PKCS_OAEP) {
            made.addAll(birth.rsa(connection, settings.key()));
            KeyDemands.rsa(connection, pair());
            return;
        }
        made.addAll(birth.aes(connection, settings.key()));
        KeyDemands.aes(connection, secret());
        if (family.needsHmac()) {
            made.addAll(birth.hmac(connection, settings.hmacKey()));
        }
    }

    private Optional<Choice> firstThatWorks(
            Connection connection, MechanismFamily family, List<SelfTest.Failure> reasons, boolean born) {
        KeyName hmac = family.needsHmac() ? hmac(connection) : settings.hmacKey();
        for (WrappingProfile profile : Profiles.of(family, settings, hmac, random)) {
            Optional<SelfTest.Failure> failure = SelfTest.failure(connection, profile, settings.key());
            if (failure.isEmpty()) {
                KeyName exact = exact(connection, profile.openingKey(settings.key()));
                LOG.log(Level.INFO, "{0} wraps by {1}", profile.openingKey(settings.key()), profile.name());
                return Optional.of(new Choice(profile, exact, born));
            }
            failure.map(found -> found.of(profile.name())).ifPresent(reasons::add);
        }
        return Optional.empty();
    }

    /** The HMAC key's full name, so that the profile tells all there is to know. */
    private KeyName hmac(Connection connection) {
        KeyRef key =
                KeyRef.secret(settings.hmacKey().label(), settings.hmacKey().id());
        KeyDemands.hmac(connection, key);
        return exact(connection, key);
    }

    /** Label and id as they are on the token. */
    private static KeyName exact(Connection connection, KeyRef key) {
        Attributes attributes = connection.read(key, Cka.LABEL, Cka.ID);
        return new KeyName(
                attributes.text(Cka.LABEL).orElse(key.label()),
                HexFormat.of().formatHex(attributes.bytes(Cka.ID).orElse(new byte[0])));
    }

    private FaultException nothingWorks(Connection connection, List<SelfTest.Failure> reasons) {
        return HsmFailures.setup(
                "NO_WRAPPING_MECHANISM",
                "C_EncryptInit",
                "no mechanism of '" + settings.mechanism() + "' works with key '" + settings.keyLabel() + "' on "
                        + connection.place() + ": "
                        + reasons.stream().map(SelfTest.Failure::text).collect(Collectors.joining("; "))
                        + ". It has to wrap, open again, and refuse changed data; try mechanism auto or another key");
    }
}

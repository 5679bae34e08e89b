package io.casemate.hsm;

import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Finds or makes the wrapping key and the best profile that works with it on this token. */
final class ProfileChooser {
    private static final Logger LOG = System.getLogger("casemate.hsm");

    private final WrappingKeySettings settings;
    private final SecureRandom random;
    private final KeyBirth birth;

    ProfileChooser(WrappingKeySettings settings, SecureRandom random) {
        this.settings = settings;
        this.random = random;
        this.birth = new KeyBirth(random);
    }

    /** A profile that passed its self-test, and the key's label and id as they are on the token. */
    record Choice(WrappingProfile profile, KeyName name) {}

    /** The choice; {@code SETUP} when the key is missing or nothing works with it. */
    Choice choose(Connection connection) {
        KeyName name = new KeyName(settings.keyLabel(), settings.keyId());
        KeyRef secret = KeyRef.secret(name.label(), name.id());
        boolean aes = connection.has(secret);
        boolean rsa = !aes && connection.has(KeyRef.privateKey(name.label(), name.id()));
        if (!aes && !rsa && !settings.generate()) {
            connection.handle(secret);
        }
        List<Long> offered = connection.mechanisms();
        for (MechanismFamily family : MechanismFamily.parse(settings.mechanism())) {
            boolean keyFits = family == MechanismFamily.RSA_PKCS_OAEP ? !aes : !rsa;
            if (keyFits && offered.contains(family.type())) {
                Choice choice = attempt(connection, family, name);
                if (choice != null) {
                    return choice;
                }
            }
        }
        throw nothingWorks(connection, name);
    }

    /** The choice, or null when this family does not work here and another may. */
    private Choice attempt(Connection connection, MechanismFamily family, KeyName name) {
        List<Long> made = new ArrayList<>();
        Choice choice = null;
        try {
            if (settings.generate()) {
                make(connection, family, name, made);
            }
            if (family == MechanismFamily.AES_CBC_PAD) {
                connection.handle(KeyRef.secret(settings.effectiveHmacKeyLabel(), ""));
            }
            choice = firstThatWorks(connection, family, name);
            return choice;
        } catch (FaultException e) {
            if (HsmFailures.failure(e).problem() != HsmProblem.SETUP
                    || !settings.mechanism().equals(WrappingKeySettings.AUTO)) {
                throw e;
            }
            LOG.log(Level.DEBUG, "{0}: {1}", family, e.getMessage());
            return null;
        } finally {
            if (choice == null) {
                KeyBirth.undo(connection, made);
            }
        }
    }

    private void make(Connection connection, MechanismFamily family, KeyName name, List<Long> made) {
        if (family == MechanismFamily.RSA_PKCS_OAEP) {
            made.addAll(birth.rsa(connection, name));
            return;
        }
        made.addAll(birth.aes(connection, name));
        if (family == MechanismFamily.AES_CBC_PAD) {
            made.addAll(birth.hmac(connection, settings.effectiveHmacKeyLabel()));
        }
    }

    private Choice firstThatWorks(Connection connection, MechanismFamily family, KeyName name) {
        for (WrappingProfile profile : Profiles.of(family, settings, random)) {
            if (SelfTest.passes(connection, profile, name)) {
                KeyName exact = exact(connection, profile.openingKey(name));
                LOG.log(Level.INFO, "{0} wraps by {1}", profile.openingKey(name), profile.name());
                return new Choice(profile, exact);
            }
        }
        return null;
    }

    /** Reads label and id of the key, and refuses one that the token gives away in clear. */
    private static KeyName exact(Connection connection, KeyRef key) {
        long handle = connection.handle(key);
        Attributes attributes = connection.with(
                session -> session.module().objects().read(session.handle(), handle, Cka.LABEL, Cka.ID, Cka.SENSITIVE));
        if (!attributes.bool(Cka.SENSITIVE).orElse(true)) {
            throw HsmFailures.setup(
                    "KEY_NOT_SENSITIVE",
                    "C_GetAttributeValue",
                    key + " can be read from the token in clear; make one with CKA_SENSITIVE set");
        }
        return new KeyName(
                attributes.text(Cka.LABEL).orElse(key.label()),
                HexFormat.of().formatHex(attributes.bytes(Cka.ID).orElse(new byte[0])));
    }

    private FaultException nothingWorks(Connection connection, KeyName name) {
        return HsmFailures.setup(
                "NO_WRAPPING_MECHANISM",
                "C_EncryptInit",
                "no mechanism of '" + settings.mechanism() + "' works with key '" + name.label() + "' on token '"
                        + connection.token().label()
                        + "': it has to wrap, open again, and refuse changed data; try mechanism auto or another key");
    }
}

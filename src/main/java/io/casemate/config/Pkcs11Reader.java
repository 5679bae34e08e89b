package io.casemate.config;

import io.casemate.config.SealConfig.Isolation;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads what a seal of type {@code pkcs11} needs. */
final class Pkcs11Reader {
    private final Section section;
    private final SealParameters parameters;

    Pkcs11Reader(Section section, SealParameters parameters) {
        this.section = section;
        this.parameters = parameters;
    }

    /** How to reach the token, where its PIN is, which key of it wraps, and where its library runs. */
    record Pkcs11(HsmSettings hsm, SecretReference pin, WrappingKeySettings key, Isolation isolation) {}

    Optional<Pkcs11> read() {
        Optional<Isolation> isolation = isolation();
        Optional<SecretReference> pin = parameters
                .needed(SealParameter.PIN, "where the user PIN is, such as credential://hsm-pin")
                .flatMap(setting -> pin(setting, isolation));
        Optional<HsmSettings> hsm = hsm(pin);
        Optional<WrappingKeySettings> key = key();
        return hsm.isEmpty() || pin.isEmpty() || key.isEmpty() || isolation.isEmpty()
                ? Optional.empty()
                : Optional.of(new Pkcs11(hsm.get(), pin.get(), key.get(), isolation.get()));
    }

    private Optional<Isolation> isolation() {
        Optional<Setting> given = parameters.get(SealParameter.ISOLATION);
        if (given.isPresent() && given.get().text().startsWith("/")) {
            return given.get().path().map(Isolation.Unit::new);
        }
        return given.map(setting -> setting.oneOf(List.of("process", "none")))
                .orElse(Optional.of("process"))
                .map(word -> word.equals("none") ? new Isolation.None() : new Isolation.OwnProcess());
    }

    /** Another user's process finds it, or not, in its own time. */
    private Optional<SecretReference> pin(Setting setting, Optional<Isolation> isolation) {
        boolean elsewhere = isolation.filter(Isolation.Unit.class::isInstance).isPresent();
        return checked(setting, () -> {
            SecretReference pin = SecretReference.of(setting.text(), section.environment());
            if (!elsewhere) {
                pin.check();
            }
            return pin;
        });
    }

    private Optional<HsmSettings> hsm(Optional<SecretReference> pin) {
        Optional<Path> library = parameters
                .needed(SealParameter.LIBRARY, "the PKCS#11 module, a .so file")
                .flatMap(Setting::path);
        Optional<TokenSelector> token = token();
        int sessions = parameters
                .get(SealParameter.MAX_SESSIONS)
                .flatMap(s -> s.number(1, 1024))
                .orElse(HsmSettings.DEFAULT_MAX_SESSIONS);
        var timeout = parameters
                .get(SealParameter.CALL_TIMEOUT)
                .flatMap(Setting::duration)
                .orElse(HsmSettings.DEFAULT_CALL_TIMEOUT);
        boolean forceReadWrite = flag(SealParameter.FORCE_RW_SESSION).orElse(false);
        String arguments = text(SealParameter.INIT_ARGS);
        return library.isEmpty() || token.isEmpty() || pin.isEmpty()
                ? Optional.empty()
                : Optional.of(new HsmSettings(
                        library.get(), arguments, token.get(), pin.get(), sessions, forceReadWrite, timeout));
    }

    private Optional<TokenSelector> token() {
        Optional<Setting> number = parameters.get(SealParameter.SLOT);
        Optional<TokenSelector> slot =
                number.flatMap(setting -> checked(setting, () -> TokenSelector.slot(setting.text())));
        List<TokenSelector> given = Stream.of(
                        words(SealParameter.TOKEN_LABEL).map(TokenSelector::label),
                        words(SealParameter.TOKEN_SERIAL).map(TokenSelector::serial),
                        slot)
                .flatMap(Optional::stream)
                .toList();
        return number.isPresent() && slot.isEmpty() ? slot : checked(whole(), () -> TokenSelector.all(given));
    }

    private Optional<WrappingKeySettings> key() {
        parameters
                .get(SealParameter.HMAC_MECHANISM)
                .ifPresent(setting -> checked(setting, () -> {
                    WrappingKeySettings.checkHmacMechanism(setting.text());
                    return true;
                }));
        boolean encryptLocal = encryptLocal();
        boolean generate = flag(SealParameter.GENERATE_KEY).orElse(false);
        return checked(
                whole(),
                () -> new WrappingKeySettings(
                        text(SealParameter.KEY_LABEL),
                        text(SealParameter.KEY_ID),
                        text(SealParameter.HMAC_KEY_LABEL),
                        text(SealParameter.HMAC_KEY_ID),
                        text(SealParameter.DEFAULT_KEY_LABEL),
                        text(SealParameter.DEFAULT_HMAC_KEY_LABEL),
                        words(SealParameter.MECHANISM).orElse(WrappingKeySettings.AUTO),
                        words(SealParameter.RSA_OAEP_HASH).orElse(WrappingKeySettings.AUTO),
                        encryptLocal,
                        generate));
    }

    private boolean encryptLocal() {
        Optional<Boolean> local = flag(SealParameter.RSA_ENCRYPT_LOCAL);
        Optional<Boolean> inToken = flag(SealParameter.DISABLE_SOFTWARE_ENCRYPTION);
        if (local.isPresent() && inToken.isPresent()) {
            section.problems()
                    .add(
                            section.where(),
                            section.path() + ": disable_software_encryption is the opposite of"
                                    + " rsa_encrypt_local; give one of them");
        }
        return local.or(() -> inToken.map(value -> !value)).orElse(false);
    }

    private Setting whole() {
        return new Setting("", section.where(), section.path(), section.problems());
    }

    private static <T> Optional<T> checked(Setting setting, Supplier<T> made) {
        try {
            return Optional.of(made.get());
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.Misconfigured(List<String> problems)) {
                problems.forEach(problem -> setting.problems().add(setting.where(), setting.key() + ": " + problem));
            }
            return Optional.empty();
        }
    }

    private Optional<Boolean> flag(SealParameter parameter) {
        return parameters.get(parameter).flatMap(Setting::flag);
    }

    private Optional<String> words(SealParameter parameter) {
        return parameters.get(parameter).flatMap(Setting::words);
    }

    /** Empty text stands for the default, as in the documentation. */
    private String text(SealParameter parameter) {
        return parameters
                .get(parameter)
                .filter(setting -> !setting.text().isEmpty())
                .flatMap(Setting::words)
                .orElse("");
    }
}

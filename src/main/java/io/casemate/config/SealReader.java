package io.casemate.config;

import io.casemate.config.SealConfig.Isolation;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads one seal. Environment variables named {@code CASEMATE_HSM_...}, {@code BAO_HSM_...} or {@code VAULT_HSM_...} win
 * over the file, in this order, with the names that those servers know.
 */
final class SealReader {
    private static final List<String> PREFIXES = List.of("CASEMATE_HSM_", "BAO_HSM_", "VAULT_HSM_");

    private final Section section;

    SealReader(Section section) {
        this.section = section;
    }

    Optional<SealConfig> read() {
        String name = text("name", "NAME").orElse("primary");
        Optional<String> type = type();
        Optional<SealConfig> seal = switch (type.orElse("")) {
            case "shamir" -> Optional.of(new SealConfig.Shamir(name));
            case "pkcs11" -> pkcs11(name);
            default -> Optional.empty();
        };
        if (type.isPresent()) {
            section.finish();
        }
        return seal;
    }

    private Optional<String> type() {
        Optional<Setting> setting = Stream.of("CASEMATE_SEAL_TYPE", "BAO_SEAL_TYPE", "VAULT_SEAL_TYPE")
                .flatMap(variable -> fromEnvironment("type", variable).stream())
                .findFirst()
                .or(() -> section.fromFile("type"));
        if (setting.isEmpty()) {
            section.missing("type", "pkcs11 (a token unseals by itself) or shamir (humans do)");
        }
        return setting.flatMap(s -> s.oneOf(List.of("pkcs11", "shamir")));
    }

    private Optional<SealConfig> pkcs11(String name) {
        Optional<Path> library =
                needed("library", "LIB", "the PKCS#11 module, a .so file").flatMap(Setting::path);
        Optional<TokenSelector> token = token();
        Optional<Isolation> isolation = isolation();
        Optional<SecretReference> pin = needed("pin", "PIN", "where the user PIN is, such as credential://hsm-pin")
                .flatMap(setting -> pin(setting, isolation));
        int sessions = setting("max_sessions", "MAX_PARALLEL")
                .flatMap(s -> s.number(1, 1024))
                .orElse(HsmSettings.DEFAULT_MAX_SESSIONS);
        Duration timeout = setting("call_timeout", "CALL_TIMEOUT")
                .flatMap(Setting::duration)
                .orElse(HsmSettings.DEFAULT_CALL_TIMEOUT);
        Optional<WrappingKeySettings> key = key();
        if (library.isEmpty() || token.isEmpty() || pin.isEmpty() || key.isEmpty() || isolation.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SealConfig.Pkcs11(
                name,
                new HsmSettings(library.get(), token.get(), pin.get(), sessions, timeout),
                pin.get(),
                key.get(),
                isolation.get()));
    }

    private Optional<Isolation> isolation() {
        Optional<Setting> given = setting("isolation", "ISOLATION");
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

    private Optional<TokenSelector> token() {
        Optional<TokenSelector> label = text("token_label", "TOKEN_LABEL").map(TokenSelector::label);
        Optional<TokenSelector> serial = text("token_serial", "SERIAL").map(TokenSelector::serial);
        Optional<TokenSelector> slot =
                setting("slot", "SLOT").flatMap(setting -> checked(setting, () -> TokenSelector.slot(setting.text())));
        List<TokenSelector> given =
                Stream.of(label, serial, slot).flatMap(Optional::stream).toList();
        if (given.size() != 1) {
            section.problems()
                    .add(
                            section.where(),
                            section.path() + ": give exactly one of token_label, token_serial and"
                                    + " slot; a label or serial survives renumbered slots");
            return Optional.empty();
        }
        return Optional.of(given.getFirst());
    }

    private Optional<WrappingKeySettings> key() {
        String label = text("key_label", "KEY_LABEL").orElse("");
        String id = text("key_id", "KEY_ID").orElse("");
        String hmacLabel = text("hmac_key_label", "HMAC_KEY_LABEL").orElse("");
        String mechanism = text("mechanism", "MECHANISM").orElse(WrappingKeySettings.AUTO);
        String hash = text("rsa_oaep_hash", "RSA_OAEP_HASH").orElse(WrappingKeySettings.AUTO);
        boolean generate =
                setting("generate_key", "GENERATE_KEY").flatMap(Setting::flag).orElse(false);
        Setting whole = new Setting("", section.where(), section.path(), section.problems());
        return checked(whole, () -> new WrappingKeySettings(label, id, hmacLabel, mechanism, generate, hash));
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

    private Optional<String> text(String key, String variable) {
        return setting(key, variable).flatMap(Setting::words);
    }

    private Optional<Setting> needed(String key, String variable, String what) {
        Optional<Setting> setting = setting(key, variable);
        if (setting.isEmpty()) {
            section.missing(key, what);
        }
        return setting;
    }

    private Optional<Setting> setting(String key, String variable) {
        Optional<Setting> inFile = section.fromFile(key);
        return PREFIXES.stream()
                .flatMap(prefix -> fromEnvironment(key, prefix + variable).stream())
                .findFirst()
                .or(() -> inFile);
    }

    private Optional<Setting> fromEnvironment(String key, String variable) {
        section.fromFile(key);
        return Optional.ofNullable(section.environment().get(variable))
                .map(value -> new Setting(
                        value, "environment variable " + variable, section.path() + "." + key, section.problems()));
    }
}

package io.casemate.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Everything that {@code casemate install --answers FILE} is told, checked as a whole; docs/install.md describes the file. Holds
 * no secret, only where secrets are.
 *
 * @param user runs the server; made when it is missing
 * @param address numeric, to listen on
 * @param seal the seal's members as they go to the server's configuration
 * @param hsm the unit of the HSM's process, where the package's units run
 * @param hardening points that are applied now and at every boot
 * @param systemd units start the server; else somebody does
 */
public record InstallAnswers(
        String user,
        String address,
        int port,
        Tls tls,
        Map<String, String> seal,
        Optional<HsmUnit> hsm,
        Recovery recovery,
        Admin admin,
        List<String> hardening,
        boolean systemd) {
    /** What {@code hardening/harden --list} lists. */
    public static final List<String> POINTS = List.of(
            "swap",
            "memlock",
            "limits",
            "core",
            "ptrace",
            "kexec",
            "kernel",
            "time",
            "audit",
            "history",
            "fips",
            "policyload",
            "ssh",
            "firewall");

    private static final List<String> KINDS = List.of("softhsm", "network", "usb", "pcie", "tpm");

    private static final List<String> SEAL_KEYS = List.of(
            "library", "token_label", "token_serial", "pin", "key_label", "generate_key", "isolation", "mechanism");

    /**
     * The HSM's process as a unit of its own.
     *
     * @param kind which drop-in and SELinux boolean it needs
     * @param pin file whose PIN goes, encrypted, into the unit's credential; empty when it is there already
     */
    public record HsmUnit(String kind, Optional<Path> pin) {
        /** The instance of {@code casemate-hsm@.service}, which is the name of the seal. */
        public static final String NAME = "primary";

        static final Map<String, String> SEAL =
                Map.of("pin", "credential://hsm-pin", "isolation", "/run/casemate-hsm/" + NAME + "/socket");
    }

    /** Where the listener's certificate comes from. */
    public enum TlsMode {
        /** One that the installation makes for itself. */
        SELF_ISSUED,
        /** The same, until an authority has answered the request that lies beside it. */
        CSR,
        /** Files that are there. */
        EXISTING
    }

    /**
     * The listener's certificate.
     *
     * @param names of the machine; the first one is the subject
     * @param files certificate and key that are there
     */
    public record Tls(TlsMode mode, List<String> names, List<String> addresses, Optional<KeyPairFiles> files) {}

    /** A certificate and its key. */
    public record KeyPairFiles(Path certificate, Path key) {}

    /**
     * Who gets the recovery shares.
     *
     * @param threshold how many of them authorise
     * @param recipients files with public keys, or {@code age1...}; one share each
     * @param output directory for the encrypted shares
     */
    public record Recovery(int threshold, List<String> recipients, Path output) {}

    /** The first administrator. */
    public sealed interface Admin {
        String name();

        /** A policy file in place of the built-in one. */
        Optional<Path> policy();

        /** By name and password; the password is in a file. */
        record Userpass(String name, Path password, Optional<Path> policy) implements Admin {}

        /** By a client certificate. */
        record Cert(String name, Path certificate, Optional<Path> policy) implements Admin {}
    }

    /** Files that are used up by a step: once it is done they may be gone, and an operator is told to delete them. */
    public enum Input {
        PIN,
        LISTENER,
        ADMINISTRATOR
    }

    /**
     * Reads the file.
     *
     * @param needed which of the named files have to be there: those of steps that are not done
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} with every problem, each with file and line
     */
    public static InstallAnswers load(Path file, Predicate<Input> needed) {
        Problems problems = new Problems();
        Section.Source source = new Section.Source(YamlFile.name(file), Map.of(), problems);
        Section root = new Section(source, "", YamlFile.read(file, problems));
        problems.throwIfAny();
        Optional<InstallAnswers> answers = read(root, needed);
        root.finish();
        problems.throwIfAny();
        return answers.orElseThrow();
    }

    private static Optional<InstallAnswers> read(Section root, Predicate<Input> needed) {
        Section listener = root.section("listener");
        String address = listener.setting("address").flatMap(Setting::words).orElse("0.0.0.0");
        int port = listener.setting("port").flatMap(s -> s.number(1, 65_535)).orElse(8200);
        listener.finish();
        String user = root.setting("user").flatMap(Setting::words).orElse("casemate");
        Optional<Tls> tls = tls(root.section("tls"), needed.test(Input.LISTENER));
        boolean unit = root.section("hsm").setting("kind").isPresent();
        Optional<HsmUnit> hsm = hsm(root.section("hsm"), needed.test(Input.PIN));
        Map<String, String> seal = seal(root.section("seal"), unit ? HsmUnit.SEAL : Map.of());
        List<String> hardening = root.words("hardening").stream()
                .flatMap(s -> s.oneOf(POINTS).stream())
                .toList();
        Optional<Recovery> recovery = recovery(root.section("recovery"));
        Optional<Admin> admin = admin(root.section("admin"), needed.test(Input.ADMINISTRATOR));
        boolean systemd = root.setting("service")
                .flatMap(s -> s.oneOf(List.of("systemd", "external")))
                .orElse("systemd")
                .equals("systemd");
        return tls.isEmpty() || recovery.isEmpty() || admin.isEmpty()
                ? Optional.empty()
                : Optional.of(new InstallAnswers(
                        user, address, port, tls.get(), seal, hsm, recovery.get(), admin.get(), hardening, systemd));
    }

    private static Optional<HsmUnit> hsm(Section section, boolean needed) {
        Optional<String> kind = section.setting("kind").flatMap(s -> s.oneOf(KINDS));
        Optional<Path> pin = section.setting("pin").isPresent()
                ? there(section, "pin", "file that holds the token's PIN", needed)
                : Optional.empty();
        if (kind.isEmpty() && pin.isPresent()) {
            section.missing("kind", String.join(", ", KINDS));
        }
        section.finish();
        return kind.map(word -> new HsmUnit(word, pin));
    }

    private static Optional<Tls> tls(Section section, boolean needed) {
        TlsMode mode = section.setting("mode")
                .flatMap(s -> s.oneOf(List.of("self-issued", "csr", "existing")))
                .map(word ->
                        TlsMode.valueOf(word.toUpperCase(java.util.Locale.ROOT).replace('-', '_')))
                .orElse(TlsMode.SELF_ISSUED);
        List<String> names =
                section.words("names").stream().flatMap(s -> s.words().stream()).toList();
        List<String> addresses = section.words("addresses").stream()
                .flatMap(s -> s.words().stream())
                .toList();
        if (mode != TlsMode.EXISTING) {
            if (names.isEmpty()) {
                section.missing("names", "the names that clients know the machine by");
            }
            section.finish();
            return Optional.of(new Tls(mode, names, addresses, Optional.empty()));
        }
        Optional<Path> certificate = there(section, "certificate", "PEM file of the certificate", needed);
        Optional<Path> key = there(section, "key", "PEM file of the certificate's key", needed);
        section.finish();
        return certificate.flatMap(c ->
                key.map(k -> new Tls(mode, names, addresses, Optional.of(new KeyPairFiles(c, k)))));
    }

    /** The server's own reader checks them again, when they are its configuration. */
    private static Map<String, String> seal(Section section, Map<String, String> usual) {
        Map<String, String> seal = new LinkedHashMap<>();
        for (String key : SEAL_KEYS) {
            section.setting(key)
                    .flatMap(Setting::words)
                    .or(() -> Optional.ofNullable(usual.get(key)))
                    .ifPresent(text -> seal.put(key, text));
        }
        for (String needed : List.of("library", "token_label", "pin", "key_label")) {
            if (!seal.containsKey(needed)) {
                section.missing(needed, "an installation without hands needs an HSM, see docs/configuration.md");
            }
        }
        section.finish();
        return seal;
    }

    private static Optional<Recovery> recovery(Section section) {
        int threshold =
                section.setting("threshold").flatMap(s -> s.number(1, 255)).orElse(2);
        List<String> recipients = section.words("recipients").stream()
                .flatMap(s -> s.words().stream())
                .toList();
        Optional<Path> output = section.required("output", "the directory for the encrypted shares")
                .flatMap(Setting::path);
        if (recipients.isEmpty()) {
            section.missing("recipients", "public keys (files, or age1...), one for each holder of a share");
        } else if (threshold > recipients.size() || (threshold < 2 && recipients.size() > 1)) {
            section.problems()
                    .add(
                            section.where(),
                            "recovery.threshold: " + threshold + " of " + recipients.size()
                                    + " shares is not possible");
        }
        section.finish();
        return output.map(directory -> new Recovery(threshold, recipients, directory));
    }

    private static Optional<Admin> admin(Section section, boolean needed) {
        Optional<String> name =
                section.required("name", "of the first administrator").flatMap(Setting::words);
        String method = section.setting("method")
                .flatMap(s -> s.oneOf(List.of("userpass", "cert")))
                .orElse("userpass");
        Optional<Path> policy = section.setting("policy").isPresent()
                ? there(section, "policy", "policy file", needed)
                : Optional.empty();
        Optional<Path> credential = method.equals("cert")
                ? there(section, "certificate", "PEM file of the administrator's certificate, or its authority", needed)
                : there(section, "password", "file that holds the administrator's first password", needed);
        section.finish();
        return name.flatMap(who -> credential.map(file ->
                method.equals("cert") ? new Admin.Cert(who, file, policy) : new Admin.Userpass(who, file, policy)));
    }

    /** A file that can be read now, if it is still needed: what is missing is told before anything is changed. */
    private static Optional<Path> there(Section section, String key, String what, boolean needed) {
        Optional<Setting> setting = section.required(key, what);
        Optional<Path> path = setting.flatMap(Setting::path);
        if (needed && path.isPresent() && !Files.isReadable(path.get())) {
            section.problems().add(setting.get().where(), setting.get().key() + ": " + path.get() + " cannot be read");
            return Optional.empty();
        }
        return path;
    }
}

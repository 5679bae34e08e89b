package io.casemate.config;

import io.casemate.http.HttpSettings;
import io.casemate.log.LogSettings;
import io.casemate.sys.OpenCeremonies;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything that {@code casemate server --config FILE} is told, checked as a whole. docs/configuration.md describes the
 * file.
 *
 * @param listener where the API is served
 * @param storage directory of keyring and entries
 * @param seals what wraps the root key; at least one, each with a name of its own
 * @param sealQuorum how many of the HSMs have to open together; 1 when any one opens alone
 * @param emergencyShares whether shares may be made that open without the seals
 * @param auditFile file of the audit device made at initialisation; absent when an operator enables devices
 * @param entropy what long-lived keys are drawn from
 * @param apiAddress the URL that clients reach this server under; empty when not told
 * @param clusterName shown by {@code sys/health}
 * @param openCeremonies which ceremonies need no token; normally none
 * @param openMetrics whether {@code sys/metrics} needs no token
 * @param openRestore whether a server that is not initialised takes a snapshot without a token
 * @param disableMlock whether the server's memory may be swapped out
 * @param doctor what a start does about fatal findings of {@code casemate doctor}
 */
public record ServerConfig(
        HttpSettings listener,
        Path storage,
        List<SealConfig> seals,
        int sealQuorum,
        boolean emergencyShares,
        Optional<Path> auditFile,
        LogSettings log,
        EntropyMode entropy,
        String apiAddress,
        String clusterName,
        Set<String> openCeremonies,
        boolean openMetrics,
        boolean openRestore,
        boolean disableMlock,
        DoctorMode doctor) {

    public ServerConfig {
        seals = List.copyOf(seals);
    }

    /**
     * Reads file and environment.
     *
     * @param environment such as {@link System#getenv()}; {@code CASEMATE_LISTENER_PORT} stands for {@code listener.port}
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} with every problem, each with file and line, the
     *     key's path and what is expected
     */
    public static ServerConfig load(Path file, Map<String, String> environment) {
        Problems problems = new Problems();
        Section.Source source = new Section.Source(YamlFile.name(file), Map.copyOf(environment), problems);
        var root = YamlFile.read(file, problems);
        problems.throwIfAny();
        Optional<ServerConfig> config = read(new Section(source, "", root));
        problems.throwIfAny();
        return config.orElseThrow();
    }

    private static Optional<ServerConfig> read(Section root) {
        Optional<HttpSettings> listener = new ListenerReader(root.section("listener")).read();
        Optional<Path> storage = in(
                root,
                "storage",
                s -> s.required("path", "the directory that keeps everything").flatMap(Setting::path));
        SealReader sealReader = new SealReader(root);
        List<SealConfig> seals = sealReader.read();
        int quorum = sealReader.quorum(seals);
        boolean emergency = flag(root, "emergency_shares", false);
        Optional<Path> audit = in(root, "audit", s -> in(s, "file", ServerConfig::path));
        LogSettings log = in(root, "log", ServerConfig::log);
        EntropyMode entropy = in(root, "entropy", section -> entropy(section, seals));
        String address = root.setting("api_address").flatMap(Setting::url).orElse("");
        String cluster = root.setting("cluster_name").flatMap(Setting::words).orElse("casemate");
        Set<String> open = openCeremonies(root);
        boolean restore = flag(root, "unauthenticated_restore", true);
        boolean metrics = in(root, "telemetry", ServerConfig::openMetrics);
        boolean unlocked = flag(root, "disable_mlock", false);
        DoctorMode doctor = doctor(root);
        root.finish();
        return listener.isEmpty() || storage.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServerConfig(
                        listener.get(),
                        storage.get(),
                        seals,
                        quorum,
                        emergency,
                        audit,
                        log,
                        entropy,
                        address,
                        cluster,
                        open,
                        metrics,
                        restore,
                        unlocked,
                        doctor));
    }

    private static Set<String> openCeremonies(Section root) {
        return root.words("enable_unauthenticated_access").stream()
                .flatMap(word -> word.oneOf(OpenCeremonies.ALL.stream().sorted().toList()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Path> path(Section file) {
        return file.setting("path").flatMap(Setting::path);
    }

    private static DoctorMode doctor(Section root) {
        return root.setting("doctor")
                .flatMap(s -> s.oneOf(List.of("off", "warn", "enforce")))
                .map(word -> DoctorMode.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(DoctorMode.WARN);
    }

    private static boolean openMetrics(Section section) {
        return flag(section, "unauthenticated_metrics_access", false);
    }

    private static boolean flag(Section section, String key, boolean otherwise) {
        return section.setting(key).flatMap(Setting::flag).orElse(otherwise);
    }

    private static EntropyMode entropy(Section section, List<SealConfig> seals) {
        Optional<Setting> given = section.setting("hsm");
        EntropyMode mode = given.flatMap(s -> s.oneOf(List.of("off", "on", "required")))
                .map(word -> EntropyMode.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(EntropyMode.OFF);
        boolean noToken = seals.stream().noneMatch(SealConfig.Pkcs11.class::isInstance);
        if (mode != EntropyMode.OFF && noToken && !seals.isEmpty()) {
            section.problems().add(given.get().where(), "entropy.hsm: there is no HSM without a seal of type pkcs11");
        }
        return mode;
    }

    private static LogSettings log(Section section) {
        LogSettings.Format format = section.setting("format")
                .flatMap(s -> s.oneOf(List.of("json", "text")))
                .map(word -> LogSettings.Format.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(LogSettings.DEFAULT.format());
        Level level = section.setting("level")
                .flatMap(s -> s.oneOf(List.of("trace", "debug", "info", "warning", "error")))
                .map(word -> Level.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(LogSettings.DEFAULT.level());
        return new LogSettings(format, level);
    }

    private static <T> T in(Section parent, String key, Function<Section, T> reader) {
        Section section = parent.section(key);
        T read = reader.apply(section);
        section.finish();
        return read;
    }
}

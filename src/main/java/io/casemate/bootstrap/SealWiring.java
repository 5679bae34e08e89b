package io.casemate.bootstrap;

import io.casemate.config.EntropyMode;
import io.casemate.config.SealConfig;
import io.casemate.config.SealConfig.Isolation;
import io.casemate.config.ServerConfig;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.KeyRandom;
import io.casemate.crypto.MixedSeed;
import io.casemate.crypto.NoiseSource;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.broker.BrokerHsm;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.log.LogSettings;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.pkcs11.Pkcs11Seal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The seals that the configuration asks for, and the HSMs behind them by the seals' names, the first one first. */
record SealWiring(SealSet seals, Map<String, Hsm> hsms) implements AutoCloseable {
    static SealWiring of(ServerConfig config, SecureRandom random) {
        Map<String, Hsm> hsms = new LinkedHashMap<>();
        List<SealSet.Device> devices = new ArrayList<>();
        for (SealConfig.Pkcs11 pkcs11 : pkcs11(config.seals())) {
            Hsm hsm = hsm(pkcs11, config.log(), random);
            hsms.put(pkcs11.name(), hsm);
            Pkcs11Seal seal = new Pkcs11Seal(pkcs11.name(), hsm.wrappingKey(pkcs11.key()), hsm);
            devices.add(new SealSet.Device(seal, pkcs11.priority(), pkcs11.disabled()));
        }
        return new SealWiring(
                SealSet.of(new ShamirSeal(random), devices, config.sealQuorum()), Collections.unmodifiableMap(hsms));
    }

    /** Those in use before those on their way out, by priority. */
    private static List<SealConfig.Pkcs11> pkcs11(List<SealConfig> seals) {
        return seals.stream()
                .filter(SealConfig.Pkcs11.class::isInstance)
                .map(SealConfig.Pkcs11.class::cast)
                .sorted(Comparator.comparing(SealConfig.Pkcs11::disabled).thenComparingInt(SealConfig.Pkcs11::priority))
                .toList();
    }

    /** Isolated, its process starts now, beside everything else that the server does first. */
    private static Hsm hsm(SealConfig.Pkcs11 seal, LogSettings log, SecureRandom random) {
        return switch (seal.isolation()) {
            case Isolation.None _ -> Hsm.open(seal.hsm(), random);
            case Isolation.Unit(Path socket) -> BrokerHsm.connect(seal.hsm(), socket);
            case Isolation.OwnProcess _ ->
                BrokerHsm.start(seal.hsm(), seal.pin().toString(), BrokerCommandLine.of(log), runtimeDirectory());
        };
    }

    /** What systemd gives by {@code RuntimeDirectory=}, else the one for temporary files. */
    private static Path runtimeDirectory() {
        String given = System.getenv("RUNTIME_DIRECTORY");
        return Path.of(given == null ? System.getProperty("java.io.tmpdir") : given.split(":", 2)[0]);
    }

    /** The kernel's random numbers; at the birth of keys the HSM's are mixed in, if that was asked for. */
    SecureRandom random(EntropyMode mode) {
        SecureRandom kernel = new SecureRandom();
        if (mode == EntropyMode.OFF || hsms.isEmpty()) {
            return kernel;
        }
        Hsm first = hsms.values().iterator().next();
        return new KeyRandom(kernel, new MixedSeed(first::random, kernel, mode == EntropyMode.REQUIRED));
    }

    /** The random numbers of the first HSM. */
    Optional<NoiseSource> noise() {
        return hsms.values().stream().findFirst().map(hsm -> hsm::random);
    }

    /** The keys of the first HSM. */
    Signers signers() {
        return hsms.isEmpty() ? new NoHsm() : hsms.values().iterator().next().signers();
    }

    /** The keys of every HSM, by its name. */
    Map<String, Signers> allSigners() {
        Map<String, Signers> all = new LinkedHashMap<>();
        hsms.forEach((name, hsm) -> all.put(name, hsm.signers()));
        return Collections.unmodifiableMap(all);
    }

    @Override
    public void close() {
        hsms.values().forEach(Hsm::close);
    }

    /** Says that there is no HSM to keep keys in. */
    private static final class NoHsm implements Signers {
        @Override
        public Signer named(String name, String id) {
            throw noHsm();
        }

        @Override
        public Signer generate(String name, KeyKind kind) {
            throw noHsm();
        }

        private static FaultException noHsm() {
            return Fault.badRequest("no HSM is configured: a key of type kms needs a seal of type pkcs11");
        }
    }
}

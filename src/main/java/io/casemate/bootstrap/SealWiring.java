package io.casemate.bootstrap;

import io.casemate.config.SealConfig;
import io.casemate.config.SealConfig.Isolation;
import io.casemate.config.ServerConfig;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.broker.BrokerHsm;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.log.LogSettings;
import io.casemate.seal.Seal;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.pkcs11.Pkcs11Seal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** The seal that the configuration asks for, and the HSM behind it where there is one. */
record SealWiring(Seal seal, Optional<Hsm> hsm) implements AutoCloseable {
    static SealWiring of(ServerConfig config, SecureRandom random) {
        if (config.seals().size() > 1) {
            throw new Fault.Misconfigured(List.of("seal: several seals at once are not supported yet; name one"))
                    .asException();
        }
        return switch (config.seals().getFirst()) {
            case SealConfig.Shamir _ -> new SealWiring(new ShamirSeal(random), Optional.empty());
            case SealConfig.Pkcs11 pkcs11 -> {
                Hsm hsm = hsm(pkcs11, config.log(), random);
                Seal seal = new Pkcs11Seal(pkcs11.name(), hsm.wrappingKey(pkcs11.key()), hsm::pinCorrected);
                yield new SealWiring(seal, Optional.of(hsm));
            }
        };
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

    Signers signers() {
        return hsm.map(Hsm::signers).orElseGet(NoHsm::new);
    }

    @Override
    public void close() {
        hsm.ifPresent(Hsm::close);
    }

    /** Says that there is no HSM to keep keys in. */
    private static final class NoHsm implements Signers {
        @Override
        public Signer named(String name) {
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

package io.casemate.hsm;

import io.casemate.hsm.jna.Cko;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The token that {@code tests/hsm/module} has made of some PKCS#11 module. There is one, so each row begins by emptying it. */
final class ModuleToken implements TestToken, AutoCloseable {
    private static final int NO_SUCH_THING = 77;
    private static final int NEEDS_ROOT = 78;
    private static final Path HOME = Path.of(System.getenv().getOrDefault("MATRIX", "target/matrix"));

    private final List<Hsm> opened = new ArrayList<>();
    private final Properties told = new Properties();
    private final String name;
    private Hsm hsm;

    ModuleToken(String name) throws IOException {
        this.name = name;
        try (Reader file = Files.newBufferedReader(HOME.resolve(name).resolve("token.properties"))) {
            told.load(file);
        }
    }

    /** The module's directory. */
    Path directory() {
        return HOME.resolve(name);
    }

    @Override
    public String label() {
        return told.getProperty("label");
    }

    @Override
    public String serial() {
        return slot().serial();
    }

    /** The slot with the token, as the module tells it now. */
    SlotDescription slot() {
        return hsm().slots().stream()
                .filter(slot -> slot.tokenLabel().equals(label()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String pin() {
        return told.getProperty("pin");
    }

    @Override
    public HsmSettings settings() {
        return by(TokenSelector.label(label()), pin());
    }

    /** Settings that choose the token by something else, or have another PIN. */
    HsmSettings by(TokenSelector token, String otherPin) {
        return HsmSettings.of(Path.of(told.getProperty("library")), token, () -> SecretBytes.ofText(otherPin))
                .withInitArguments(told.getProperty("init_args"))
                .withCallTimeout(Duration.ofSeconds(30));
    }

    @Override
    public Hsm hsm() {
        if (hsm == null) {
            hsm = open(settings());
        }
        return hsm;
    }

    @Override
    public Hsm open(HsmSettings settings) {
        Hsm another = Hsm.open(settings, new SecureRandom());
        opened.add(another);
        return another;
    }

    /** Ends every login, and the module's initialisation with the last. */
    void leave() {
        opened.forEach(Hsm::close);
        opened.clear();
        hsm = null;
    }

    /** Removes every key. */
    void empty() {
        for (long kind : new long[] {Cko.SECRET_KEY, Cko.PRIVATE_KEY, Cko.PUBLIC_KEY}) {
            RawToken.remove(this, new KeyRef(kind, "", ""));
        }
    }

    /** Has {@code tests/hsm/module} do something to the token from outside. */
    void act(String action) throws IOException, InterruptedException, CannotException {
        Path log = directory().resolve(action + ".log");
        Process process = new ProcessBuilder("tests/hsm/module", name, action)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(1, TimeUnit.MINUTES);
        if (ended && process.exitValue() == NO_SUCH_THING) {
            throw new CannotException("no such thing");
        }
        Assumptions.assumeFalse(ended && process.exitValue() == NEEDS_ROOT, "cannot be tried without root");
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError("tests/hsm/module " + name + " " + action + ": " + Files.readString(log));
        }
    }

    @Override
    public void close() {
        leave();
    }
}

package io.casemate.hsm;

import com.sun.jna.NativeLibrary;
import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A fresh SoftHSM token, real and quick (some 10 ms). All tokens of a test JVM lie in one temporary directory, since SoftHSM
 * reads its configuration once, when it is initialised.
 *
 * <pre>{@code
 * try (SoftHsmFixture token = SoftHsmFixture.create()) {
 *     WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true));
 * }
 * }</pre>
 */
public final class SoftHsmFixture implements TestToken, AutoCloseable {
    /** The PIN of tokens made without naming one. */
    public static final String PIN = "648219";

    private static final String SECURITY_OFFICER_PIN = "12345678";
    private static final List<Path> KNOWN_PLACES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
            Path.of("/usr/lib64/softhsm/libsofthsm2.so"));

    private final List<Hsm> opened = new ArrayList<>();
    private final Library library;
    private final Path module;
    private final String label;
    private final String pin;
    private Function<HsmSettings, Hsm> opener = settings -> Hsm.open(settings, new SecureRandom());
    private boolean left;
    private String serial;
    private Hsm hsm;

    private SoftHsmFixture(Path module, String label, String pin) {
        this.module = module;
        this.label = label;
        this.pin = pin;
        this.library = Libraries.join(module, "");
    }

    /** A token with a label of its own and the PIN {@link #PIN}. */
    public static SoftHsmFixture create() {
        return create("t-" + UUID.randomUUID().toString().substring(0, 18), PIN);
    }

    /** A token with this label and user PIN. */
    public static SoftHsmFixture create(String label, String pin) {
        return behind(library(), label, pin);
    }

    /** The same behind another module, which must lead to SoftHSM in the end. */
    static SoftHsmFixture behind(Path module, String label, String pin) {
        configuration();
        SoftHsmFixture fixture = new SoftHsmFixture(module, label, pin);
        fixture.library.use(fixture::initialise);
        return fixture;
    }

    /** The SoftHSM library of this machine. */
    public static Path library() {
        return KNOWN_PLACES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM is missing: install softhsm2"));
    }

    /** The configuration file; give it to child processes as {@code SOFTHSM2_CONF}. */
    public static Path configuration() {
        return Directory.CONFIGURATION;
    }

    private Void initialise(Cryptoki softHsm) {
        long free = Arrays.stream(softHsm.slots(true))
                .filter(slot -> !softHsm.tokenInfo(slot).has(Ckf.TOKEN_INITIALIZED))
                .findFirst()
                .orElseThrow();
        Set<String> others = serials(softHsm);
        try (SecretBytes officer = SecretBytes.ofText(SECURITY_OFFICER_PIN);
                SecretBytes user = SecretBytes.ofText(pin)) {
            softHsm.initToken(free, officer, label);
            long slot = Arrays.stream(softHsm.slots(true))
                    .filter(s -> isOurs(softHsm.tokenInfo(s), others))
                    .findFirst()
                    .orElseThrow();
            serial = softHsm.tokenInfo(slot).serial();
            long session = softHsm.openSession(slot, true);
            softHsm.login(session, Ckf.SECURITY_OFFICER, officer);
            softHsm.initPin(session, user);
            softHsm.logout(session);
            softHsm.closeSession(session);
        }
        return null;
    }

    private boolean isOurs(TokenInfo token, Set<String> others) {
        return token.has(Ckf.TOKEN_INITIALIZED) && token.label().equals(label) && !others.contains(token.serial());
    }

    private static Set<String> serials(Cryptoki softHsm) {
        return Arrays.stream(softHsm.slots(true))
                .mapToObj(slot -> softHsm.tokenInfo(slot).serial())
                .collect(Collectors.toSet());
    }

    /** The token's label. */
    @Override
    public String label() {
        return label;
    }

    /** The token's serial number, which no other token has; the label may be shared. */
    @Override
    public String serial() {
        return serial;
    }

    /** The user PIN. */
    @Override
    public String pin() {
        return pin;
    }

    /** Settings that reach the token, by its serial number. */
    @Override
    public HsmSettings settings() {
        return HsmSettings.of(module, TokenSelector.serial(serial), () -> SecretBytes.ofText(pin));
    }

    /** The token, opened once; closed with the fixture. */
    @Override
    public Hsm hsm() {
        if (hsm == null) {
            hsm = open(settings());
        }
        return hsm;
    }

    /** From now on, opened in this way. */
    SoftHsmFixture openedBy(Function<HsmSettings, Hsm> way) {
        opener = way;
        return this;
    }

    /** Opens with other settings; closed with the fixture. */
    @Override
    public Hsm open(HsmSettings settings) {
        Hsm another = opener.apply(settings);
        opened.add(another);
        return another;
    }

    /** Leaves the library to who has opened the token: a library with one user may be finalised when the token is gone. */
    void leaveLibrary() {
        Libraries.leave(library);
        left = true;
    }

    @Override
    public void close() {
        opened.forEach(Hsm::close);
        if (!left) {
            Libraries.leave(library);
        }
    }

    /** The token directory of this JVM, made once and named to SoftHSM before its first initialisation. */
    private static final class Directory {
        static final Path CONFIGURATION = make();

        private static Path make() {
            try {
                Path directory = Files.createTempDirectory("casemate-softhsm-");
                Path tokens = Files.createDirectory(directory.resolve("tokens"));
                Path file = directory.resolve("softhsm2.conf");
                Files.writeString(
                        file, "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                int rv = NativeLibrary.getInstance("c")
                        .getFunction("setenv")
                        .invokeInt(new Object[] {"SOFTHSM2_CONF", file.toString(), 1});
                if (rv != 0) {
                    throw new AssertionError("setenv: " + rv);
                }
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path directory) {
            try (var paths = Files.walk(directory)) {
                paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                    boolean _ = path.toFile().delete();
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

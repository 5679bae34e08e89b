package io.casemate.hsm;

import io.casemate.kernel.SecretBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** The wrapping key of a token. */
final class TokenWrappingKey implements WrappingKey {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ReentrantLock choosing = new ReentrantLock();
    private final HsmSettings settings;
    private final NativeCalls calls;
    private final TokenLink link;
    private final ProfileChooser chooser;
    private final Opener opener;
    private volatile ProfileChooser.Choice choice;

    TokenWrappingKey(
            HsmSettings settings, NativeCalls calls, TokenLink link, WrappingKeySettings key, SecureRandom random) {
        this.settings = settings;
        this.calls = calls;
        this.link = link;
        this.chooser = new ProfileChooser(key, random);
        this.opener = new Opener(key, random);
    }

    @Override
    public Wrapped wrap(SecretBytes secret, byte[] context) {
        Duration deadline = settings.callTimeout();
        Duration patience = choice == null ? deadline.multipliedBy(HsmSettings.GENERATION_FACTOR) : deadline;
        return calls.call(patience, () -> {
            ProfileChooser.Choice chosen = chosen();
            return link.run(connection -> wrap(connection, chosen, secret, context));
        });
    }

    private static Wrapped wrap(
            Connection connection, ProfileChooser.Choice chosen, SecretBytes secret, byte[] context) {
        WrappingProfile profile = chosen.profile();
        byte[] binding = Binding.of(profile.name(), context);
        byte[] ciphertext = profile.wrap(connection, chosen.name(), secret.expose(), binding);
        verify(connection, chosen, ciphertext, binding, secret);
        return new Wrapped(
                profile.name(), chosen.name().label(), chosen.name().id(), Opener.identity(connection), ciphertext);
    }

    /** Nothing is handed out that does not open again: what it protects would be lost. */
    private static void verify(
            Connection connection,
            ProfileChooser.Choice chosen,
            byte[] ciphertext,
            byte[] binding,
            SecretBytes secret) {
        byte[] opened = chosen.profile().unwrap(connection, chosen.name(), ciphertext, binding);
        boolean same = MessageDigest.isEqual(opened, secret.expose());
        Arrays.fill(opened, (byte) 0);
        if (!same) {
            throw HsmFailures.setup(
                    "WRAP_NOT_OPENED",
                    "C_Decrypt",
                    "the token does not open what it has just wrapped; the result was thrown away");
        }
    }

    private ProfileChooser.Choice chosen() {
        ProfileChooser.Choice known = choice;
        if (known != null) {
            return known;
        }
        Library.acquire(choosing, PATIENCE);
        try {
            if (choice == null) {
                ProfileChooser.Choice fresh = link.run(chooser::choose);
                if (fresh.born()) {
                    link.proveKept(
                            connection -> SelfTest.opensItsOwn(connection, fresh.profile(), fresh.name()),
                            "key '" + fresh.name().label() + "'");
                }
                choice = fresh;
            }
            return choice;
        } finally {
            choosing.unlock();
        }
    }

    @Override
    public SecretBytes unwrap(Wrapped wrapped, byte[] context) {
        return calls.call(
                settings.callTimeout(),
                () -> link.run(connection -> SecretBytes.owning(opener.open(connection, wrapped, context))));
    }
}

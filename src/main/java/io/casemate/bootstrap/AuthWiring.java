package io.casemate.bootstrap;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.approle.ApproleFactory;
import io.casemate.auth.cert.CertFactory;
import io.casemate.auth.jwt.JwtFactory;
import io.casemate.auth.userpass.UserpassFactory;
import io.casemate.core.request.EntityLogins;
import io.casemate.core.request.Logins;
import io.casemate.crypto.PasswordHash;
import io.casemate.engine.Endpoint;
import io.casemate.identity.IdentityStore;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import io.casemate.sys.LockedUserEndpoints;
import io.casemate.token.LoginTokens;
import io.casemate.token.TokenStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The auth methods there are, and what makes tokens of their logins. */
final class AuthWiring implements AutoCloseable {
    private final PasswordHash passwords;

    AuthWiring(SecureRandom random) {
        this.passwords = new PasswordHash(random);
    }

    /** What {@code sys/auth} can enable. */
    Map<String, AuthMethod.Factory> factories() {
        return Stream.<AuthMethod.Factory>of(
                        new UserpassFactory(passwords),
                        new ApproleFactory(),
                        new CertFactory(),
                        new JwtFactory("jwt"),
                        new JwtFactory("oidc"))
                .collect(Collectors.toMap(AuthMethod.Factory::type, Function.identity()));
    }

    /** Logins through {@code mounts}; tokens of a mount that leaves end with it, and so does what it said of groups. */
    static Logins logins(Mounts mounts, TokenStore tokens, IdentityStore identities, EntityLogins entities) {
        mounts.onLeaving(mounted -> end(mounted.entry(), tokens, identities));
        return new Logins(mounts, new LoginTokens(tokens), entities);
    }

    static List<Endpoint> endpoints(Mounts mounts) {
        return new LockedUserEndpoints(mounts).endpoints();
    }

    @Override
    public void close() {
        passwords.close();
    }

    private static void end(MountEntry entry, TokenStore tokens, IdentityStore identities) {
        if (entry.auth()) {
            tokens.endMount(entry.uuid());
            identities.endMount(entry.accessor());
        }
    }
}

package io.casemate.mount;

import io.casemate.auth.LockoutLimits;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.TokenType;
import java.time.Duration;
import java.util.List;

/**
 * What an operator may tune on a mount.
 *
 * @param defaultTtl zero for the server's own default
 * @param maxTtl zero for the server's own limit
 * @param listingVisibility {@code unauth}, {@code hidden} or empty
 * @param tokenType of an auth method's tokens
 * @param lockout when an auth method locks names out
 * @param allowedManagedKeys names of keys in the HSM that an engine may use
 * @param flags as asked for when the mount was enabled; tuning leaves them
 */
public record MountConfig(
        Duration defaultTtl,
        Duration maxTtl,
        boolean forceNoCache,
        List<String> plainRequestKeys,
        List<String> plainResponseKeys,
        String listingVisibility,
        List<String> passthroughRequestHeaders,
        List<String> allowedResponseHeaders,
        TokenType tokenType,
        LockoutLimits lockout,
        List<String> allowedManagedKeys,
        MountFlags flags) {

    /** The server's own default and longest life: 32 days, as clients expect. */
    public static final Duration SYSTEM_TTL = Duration.ofDays(32);

    /** Nothing tuned. */
    public static final MountConfig DEFAULT = new MountConfig(
            Duration.ZERO,
            Duration.ZERO,
            false,
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            TokenType.DEFAULT_SERVICE,
            LockoutLimits.DEFAULT,
            List.of(),
            MountFlags.NONE);

    /** Nothing tuned, but enabled with these flags. */
    public static MountConfig flagged(MountFlags flags) {
        return new MountConfig(
                DEFAULT.defaultTtl,
                DEFAULT.maxTtl,
                DEFAULT.forceNoCache,
                DEFAULT.plainRequestKeys,
                DEFAULT.plainResponseKeys,
                DEFAULT.listingVisibility,
                DEFAULT.passthroughRequestHeaders,
                DEFAULT.allowedResponseHeaders,
                DEFAULT.tokenType,
                DEFAULT.lockout,
                DEFAULT.allowedManagedKeys,
                flags);
    }

    /** The limits in force. */
    public Ttls ttls() {
        Duration max = maxTtl.isZero() ? SYSTEM_TTL : maxTtl;
        Duration fallback = defaultTtl.isZero() ? SYSTEM_TTL : defaultTtl;
        return new Ttls(fallback.compareTo(max) > 0 ? max : fallback, max);
    }
}

package io.casemate.core.request;

import io.casemate.auth.AuthMethod;
import io.casemate.kernel.Lease;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.mount.Mounted;
import io.casemate.quota.Quotas;
import io.casemate.quota.Quotas.Asking;
import io.casemate.quota.Quotas.Reservation;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Holds requests and leases to the quotas. Costs one look where there are none. */
public final class QuotaGate {
    private static final String TOKENS = "auth/token/";
    private static final int IPV6_LENGTH = 16;
    /** What one site is given (RFC 6177): whoever has one IPv6 address has as many more as it likes. */
    private static final int IPV6_SITE = 8;

    private final Quotas quotas;

    /** By {@code quotas}. */
    public QuotaGate(Quotas quotas) {
        this.quotas = quotas;
    }

    /**
     * Counts a request before anything is done for it, also for whoever has no token.
     *
     * @return headers for its answer
     * @throws io.casemate.kernel.FaultException {@code QuotaExceeded}
     */
    Map<String, String> count(Request request, Optional<Mounted> mounted) {
        return quotas.limitsRates()
                ? quotas.count(
                        client(request.peer().address()), asking(request, mounted, () -> claimedRole(request, mounted)))
                : Map.of();
    }

    /** Whether a request that is refused for a rate goes to the audit devices. */
    boolean audits() {
        return quotas.config().audit();
    }

    /**
     * Keeps room for the lease or token that an answer is about to hand out. A login counts for the role that let it in.
     *
     * @throws io.casemate.kernel.FaultException {@code QuotaExceeded}
     */
    Reservation reserve(Request request, Mounted mounted, Response response) {
        boolean made = response.auth().isPresent() && request.path().value().startsWith(TOKENS + "create");
        boolean leased = made || response.grant().isPresent() || response.lease() instanceof Lease.Terms;
        return leased && quotas.limitsLeases()
                ? quotas.reserve(asking(
                        request,
                        Optional.of(mounted),
                        () -> response.grant().map(LoginGrant::role).filter(role -> !role.isEmpty())))
                : Reservation.NONE;
    }

    /** What a request says, as long as nothing is proven. */
    private static Optional<String> claimedRole(Request request, Optional<Mounted> mounted) {
        String mount = mounted.map(there -> there.entry().path()).orElse("");
        return mounted.flatMap(Mounted::method)
                .flatMap(AuthMethod::claimedRole)
                .filter(_ -> request.path().value().length() >= mount.length())
                .flatMap(roles -> roles.of(request.within(mount)));
    }

    private static Asking asking(Request request, Optional<Mounted> mounted, Supplier<Optional<String>> role) {
        String path = request.path().value();
        String mount = mounted.map(there -> there.entry().path()).orElse("");
        String below = path.length() < mount.length() ? "" : path.substring(mount.length());
        return new Asking(path, mounted.map(there -> there.entry().uuid()).orElse(""), below, role);
    }

    /** Clients are counted by address; those of IPv6 by their site's prefix of 64 bits. */
    static String client(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            return bytes.length == IPV6_LENGTH
                    ? HexFormat.of().formatHex(Arrays.copyOf(bytes, IPV6_SITE)) + "::/64"
                    : address;
        } catch (IllegalArgumentException notAnAddress) {
            return address;
        }
    }
}

package io.casemate.auth.cert;

import io.casemate.auth.Outbound;
import io.casemate.auth.RoleName;
import io.casemate.auth.cert.RevocationList.Stored;
import io.casemate.barrier.View;
import io.casemate.crypto.Sha256;
import io.casemate.crypto.X509;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The mount's revocation lists. Those that operators put here hold until they are replaced. Those with an address are fetched
 * again while they are used, one fetch of each at a time, and are believed only if the issuer signed them.
 */
final class RevocationLists {
    private static final System.Logger LOG = System.getLogger("casemate.auth");
    private static final String FOLDER = "crl/";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Between two fetches of a list, also when the first failed. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** A list is fetched again after that, however long it says it holds. */
    private static final Duration REFRESH = Duration.ofHours(1);

    private final View storage;
    private final InstantSource clock;
    private final Outbound outbound = new Outbound(List.of(), TIMEOUT);
    private final ReentrantLock changes = new ReentrantLock();
    private final Map<String, Instant> tried = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> fetches = new ConcurrentHashMap<>();
    private volatile Map<String, RevocationList> loaded;

    RevocationLists(View storage, InstantSource clock) {
        this.storage = storage;
        this.clock = clock;
    }

    List<String> names() {
        return storage.children(FOLDER, "", Integer.MAX_VALUE);
    }

    Optional<RevocationList> find(String sent) {
        return RoleName.find(sent).map(all()::get);
    }

    /** Takes a list from an operator. */
    void put(String name, byte[] sent) {
        keep(name, new Stored("", clock.instant(), RevocationList.der(sent)));
    }

    /** Fetches a list, now and from now on. */
    void follow(String name, URI url) {
        keep(name, fetched(url));
    }

    boolean delete(String sent) {
        Optional<RevocationList> there = find(sent);
        there.ifPresent(list -> change(() -> {
            storage.delete(FOLDER + list.name());
            Map<String, RevocationList> fewer = new TreeMap<>(all());
            fewer.remove(list.name());
            loaded = fewer;
        }));
        return there.isPresent();
    }

    /**
     * Refuses a path on which a certificate is revoked, or of which a followed list cannot be believed or is out of date.
     *
     * @param path leaf first
     * @param issuers tells who issued the last certificate of the path, where that is known
     * @param failOpen what is out of date, or of an issuer that nobody knows, still counts
     * @throws FaultException {@code BadRequest}
     */
    void check(
            List<X509Certificate> path,
            Function<X509Certificate, Optional<X509Certificate>> issuers,
            boolean failOpen) {
        for (int i = 0; i < path.size(); i++) {
            X509Certificate certificate = path.get(i);
            Optional<X509Certificate> issuer = i + 1 < path.size()
                    ? Optional.of(path.get(i + 1))
                    : Optional.of(certificate).filter(X509::selfIssued).or(() -> issuers.apply(certificate));
            List<RevocationList> lists = all().values().stream()
                    .filter(list -> list.issuer().equals(certificate.getIssuerX500Principal()))
                    .toList();
            if (!lists.isEmpty()) {
                check(certificate, issuer, lists, failOpen);
            }
        }
    }

    private void check(
            X509Certificate certificate,
            Optional<X509Certificate> issuer,
            List<RevocationList> lists,
            boolean failOpen) {
        String subject = certificate.getSubjectX500Principal().getName();
        List<RevocationList> current = lists.stream()
                .map(list -> list.uploaded() ? list : refreshed(list, issuer))
                .toList();
        if (current.stream().anyMatch(list -> list.serials().contains(certificate.getSerialNumber()))) {
            throw Fault.badRequest("failed to verify client's certificate: " + subject + ": it is revoked");
        }
        Optional<RevocationList> partial =
                current.stream().filter(RevocationList::partial).findFirst();
        if (partial.isPresent() && !failOpen) {
            throw unusable(
                    subject,
                    partial.get(),
                    "does not speak of all certificates of its issuer: put the complete one in its place");
        }
        List<RevocationList> followed =
                current.stream().filter(list -> !list.uploaded()).toList();
        if (followed.isEmpty() || (issuer.isEmpty() && failOpen)) {
            return;
        }
        if (issuer.isEmpty()) {
            throw unusable(
                    subject,
                    followed.getFirst(),
                    "cannot be verified without the issuer's certificate: add it to the role's ocsp_ca_certificates");
        }
        List<RevocationList> genuine =
                followed.stream().filter(list -> signedBy(list, issuer.get())).toList();
        if (genuine.isEmpty()) {
            throw unusable(subject, followed.getFirst(), "is not signed by the certificate's issuer");
        }
        if (!failOpen && genuine.stream().allMatch(list -> list.expired(clock.instant()))) {
            throw unusable(subject, genuine.getFirst(), "has expired, and its address gives no newer one");
        }
    }

    private RevocationList refreshed(RevocationList list, Optional<X509Certificate> issuer) {
        Instant now = clock.instant();
        boolean unusable = list.expired(now) || list.partial();
        if (!unusable && Durations.apart(list.fetched(), now).compareTo(REFRESH) < 0) {
            return list;
        }
        if (unusable) {
            refresh(list, issuer);
        } else if (!lately(list.name())) {
            Thread.startVirtualThread(() -> refresh(list, issuer));
        }
        return all().getOrDefault(list.name(), list);
    }

    /** One at a time; who waited finds the work done. */
    private void refresh(RevocationList list, Optional<X509Certificate> issuer) {
        ReentrantLock fetch = fetches.computeIfAbsent(list.name(), name -> new ReentrantLock());
        fetch.lock();
        try {
            if (lately(list.name()) || !Objects.equals(all().get(list.name()), list)) {
                return;
            }
            tried.put(list.name(), clock.instant());
            Stored fresh = fetched(URI.create(list.url()));
            RevocationList read = RevocationList.taken(list.name(), fresh);
            if (!believed(list, fresh, issuer) || !read.issuer().equals(list.issuer())) {
                LOG.log(Level.WARNING, "CRL {0}: its address gave a list that its issuer did not sign", list.name());
            } else if (read.thisUpdate().isBefore(list.thisUpdate()) && genuine(list, issuer)) {
                LOG.log(Level.WARNING, "CRL {0}: its address gave an older list than the one here", list.name());
            } else {
                change(() -> {
                    // An operator may have put another in its place meanwhile, or deleted it.
                    if (Objects.equals(all().get(list.name()), list)) {
                        keep(read, fresh);
                    }
                });
            }
        } catch (FaultException e) {
            LOG.log(Level.WARNING, "CRL {0} cannot be fetched: {1}", list.name(), e.getMessage());
        } finally {
            fetch.unlock();
        }
    }

    /** Where the issuer is not known, a list takes the place only of one that is not known to be genuine either. */
    private static boolean believed(RevocationList list, Stored fresh, Optional<X509Certificate> issuer) {
        return issuer.map(authority -> RevocationList.signedBy(authority, fresh.der()))
                .orElseGet(() -> !list.signers().containsValue(true));
    }

    /** Where the issuer is known, only a list that it signed is kept from being replaced by an older one. */
    private boolean genuine(RevocationList list, Optional<X509Certificate> issuer) {
        return issuer.map(authority -> signedBy(list, authority)).orElse(true);
    }

    private boolean lately(String name) {
        return Durations.apart(tried.getOrDefault(name, Instant.MIN), clock.instant())
                        .compareTo(PAUSE)
                < 0;
    }

    private boolean signedBy(RevocationList list, X509Certificate issuer) {
        return list.signers()
                .computeIfAbsent(
                        Sha256.hex(issuer.getPublicKey().getEncoded()),
                        key -> storage.get(FOLDER + list.name())
                                .map(Stored::decode)
                                .filter(stored -> RevocationList.signedBy(issuer, stored.der()))
                                .isPresent());
    }

    private Stored fetched(URI url) {
        try {
            byte[] der = RevocationList.der(outbound.get(url, RevocationList.LONGEST));
            return new Stored(url.toString(), clock.instant(), der);
        } catch (IOException e) {
            throw new Fault.BadRequest(List.of("the CRL at " + url + " cannot be fetched: " + e.getMessage()))
                    .causedBy(e);
        }
    }

    private void keep(String name, Stored stored) {
        RevocationList read = RevocationList.taken(name, stored);
        change(() -> keep(read, stored));
    }

    private void keep(RevocationList read, Stored stored) {
        Map<String, RevocationList> more = new TreeMap<>(all());
        storage.put(FOLDER + read.name(), stored.encode());
        more.put(read.name(), read);
        loaded = more;
    }

    private Map<String, RevocationList> all() {
        Map<String, RevocationList> now = loaded;
        if (now == null) {
            change(() -> {
                if (loaded == null) {
                    Map<String, RevocationList> read = new TreeMap<>();
                    names().forEach(name -> storage.get(FOLDER + name)
                            .map(Stored::decode)
                            .ifPresent(stored -> read.put(name, RevocationList.of(name, stored))));
                    loaded = read;
                }
            });
            now = loaded;
        }
        return now;
    }

    private void change(Runnable work) {
        changes.lock();
        try {
            work.run();
        } finally {
            changes.unlock();
        }
    }

    private static FaultException unusable(String subject, RevocationList list, String why) {
        LOG.log(Level.WARNING, "CRL {0} {1}", list.name(), why);
        return Fault.badRequest("failed to verify client's certificate: " + subject + ": the revocation list '"
                + list.name() + "' " + why);
    }
}

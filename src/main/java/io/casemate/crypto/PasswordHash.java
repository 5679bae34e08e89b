package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Slow hashes of passwords: bcrypt in the form of OpenBSD ({@code $2b$11$...}), which other servers can give and take.
 *
 * <p>One hash keeps a processor busy for a tenth of a second. They are worked on by few threads of their own, so that
 * strangers who try passwords do not hold up everybody else; when too many wait, the next are refused.
 */
public final class PasswordHash implements AutoCloseable {
    /** Longest password, in bytes of UTF-8; bcrypt sees no more. */
    public static final int LONGEST = 72;

    private static final int COST = 11;
    private static final int CHEAPEST = 4;
    private static final int DEAREST = 14;
    private static final int SALT_BYTES = 16;
    private static final int WAITING = 64;
    private static final long IDLE_SECONDS = 10;
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

    private final SecureRandom random;
    private final ThreadPoolExecutor workers;
    private final String nobody;

    /** With salts from {@code random}. */
    public PasswordHash(SecureRandom random) {
        this.random = random;
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("casemate-password-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
        // A hash that no password has: the last character cannot come out of bcrypt.
        this.nobody = "$2b$" + COST + "$" + ".".repeat(22) + "/".repeat(31);
    }

    /**
     * The hash to keep.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for an empty password or one over {@link #LONGEST},
     *     {@code RateLimited} when too many wait
     */
    public String of(SecretBytes password) {
        if (password.length() == 0) {
            throw Fault.badRequest("missing password");
        }
        if (password.length() > LONGEST) {
            throw Fault.badRequest("a password has at most " + LONGEST + " bytes (bcrypt sees no more); this one has "
                    + password.length());
        }
        return work(() -> hash(password));
    }

    /**
     * Whether {@code password} has that hash. Takes the time of a hash in every case.
     *
     * @param hash empty for a name that nobody has: false, after the same time
     */
    public boolean matches(SecretBytes password, Optional<String> hash) {
        boolean fits = password.length() > 0 && password.length() <= LONGEST;
        return work(() -> {
            byte[] tried = fits ? password.expose() : new byte[] {0};
            boolean same = OpenBSDBCrypt.checkPassword(hash.orElse(nobody), tried);
            return same && fits && hash.isPresent();
        });
    }

    /** Whether the hash is cheaper to try than those made now, so that it should be made anew when the password is seen. */
    public boolean weak(String hash) {
        return cost(hash) < COST;
    }

    /**
     * Checks a hash that was made elsewhere.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is none, or so dear that a login would take seconds
     */
    public static String imported(String hash) {
        int cost = cost(hash);
        if (cost < CHEAPEST || cost > DEAREST) {
            throw Fault.badRequest("field 'password_hash': expected a bcrypt hash such as $2b$10$..., of cost "
                    + CHEAPEST + " to " + DEAREST);
        }
        return hash;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    private static int cost(String hash) {
        Matcher form = FORM.matcher(hash);
        return form.matches() ? Integer.parseInt(form.group(1)) : 0;
    }

    private String hash(SecretBytes password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return OpenBSDBCrypt.generate("2b", password.expose(), salt, COST);
    }

    private <T> T work(Callable<T> hashing) {
        Future<T> result;
        try {
            result = workers.submit(hashing);
        } catch (RejectedExecutionException e) {
            throw new Fault.RateLimited(Duration.ofSeconds(1)).causedBy(e);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new Fault.Unavailable("the request was interrupted", Duration.ofSeconds(1)).causedBy(e);
        } catch (ExecutionException | CancellationException e) {
            throw new IllegalStateException("bcrypt", e);
        }
    }
}

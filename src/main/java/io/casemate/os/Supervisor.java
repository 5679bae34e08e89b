package io.casemate.os;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Talks to the service manager that started this process, by the datagrams of sd_notify(3). Where nobody wants to know, nothing
 * is sent. Telling never fails the caller: who does not listen restarts us.
 */
public final class Supervisor {
    private static final System.Logger LOG = System.getLogger("casemate.os");
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int LONGEST_STATUS = 512;

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    private Supervisor(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * The one that {@code environment} names: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}.
     *
     * @param pid this process's; a watchdog for another one is none of ours (sd_watchdog_enabled(3))
     */
    public static Supervisor of(Map<String, String> environment, long pid) {
        Optional<String> socket = Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                .filter(name -> name.startsWith("/") || name.startsWith("@"));
        boolean ours =
                environment.getOrDefault("WATCHDOG_PID", Long.toString(pid)).equals(Long.toString(pid));
        Optional<Duration> watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> ours && text.matches("[1-9][0-9]{0,14}"))
                .map(text -> Duration.ofNanos(Math.multiplyExact(Long.parseLong(text), 1000L)));
        return new Supervisor(socket, socket.isEmpty() ? Optional.empty() : watchdog);
    }

    /** Whether anybody listens. */
    public boolean present() {
        return socket.isPresent();
    }

    /** Within which time it wants to hear {@link #alive} again and again; empty: it does not. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** The service is up. */
    public void ready() {
        tell("READY=1");
    }

    /** The service works. */
    public void alive() {
        tell("WATCHDOG=1");
    }

    /** The service ends. */
    public void stopping() {
        tell("STOPPING=1");
    }

    /** One line for humans, shown by {@code systemctl status}; nothing secret. */
    public void status(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        tell("STATUS=" + line.substring(0, Math.min(line.length(), LONGEST_STATUS)));
    }

    private void tell(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try (UnixDatagram wire = UnixDatagram.connect(socket.get())) {
            wire.send(message.getBytes(StandardCharsets.UTF_8), System.nanoTime() + PATIENCE.toNanos());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the service manager at {0} cannot be told: {1}", socket.get(), e.getMessage());
        }
    }
}

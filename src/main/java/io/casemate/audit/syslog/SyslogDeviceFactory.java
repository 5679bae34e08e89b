package io.casemate.audit.syslog;

import io.casemate.audit.AuditDevice;
import io.casemate.kernel.Fault;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Devices of type {@code syslog}: options {@code facility} ({@code AUTH} when absent), {@code tag} ({@code vault} when absent,
 * as collectors know it), {@code address} (path of the system's datagram socket, {@code /dev/log} when absent) and
 * {@code write_timeout}.
 */
public final class SyslogDeviceFactory implements AuditDevice.Factory {
    private static final List<String> FACILITIES = List.of(
            "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP");
    private static final int FIRST_LOCAL = 16;

    private final InstantSource clock;

    /** Lines bear the time of {@code clock}. */
    public SyslogDeviceFactory(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String type() {
        return "syslog";
    }

    @Override
    public AuditDevice create(String name, Map<String, String> options) {
        SyslogHeader header = new SyslogHeader(facility(options.getOrDefault("facility", "")), tag(options), clock);
        Duration patience = AuditDevice.writeTimeout(options);
        return new SyslogDevice(path(options.getOrDefault("address", "")), header, patience);
    }

    private static int facility(String named) {
        String word = named.isEmpty() ? "AUTH" : named.strip().toUpperCase(Locale.ROOT);
        if (word.matches("LOCAL[0-7]")) {
            return FIRST_LOCAL + word.charAt(word.length() - 1) - '0';
        }
        if (!FACILITIES.contains(word)) {
            throw Fault.badRequest("option 'facility': expected one of " + FACILITIES + " or LOCAL0 to LOCAL7");
        }
        return FACILITIES.indexOf(word);
    }

    private static String tag(Map<String, String> options) {
        String tag = options.getOrDefault("tag", "");
        if (tag.isEmpty()) {
            return "vault";
        }
        if (!tag.matches("[A-Za-z0-9._/-]{1,32}")) {
            throw Fault.badRequest("option 'tag': expected up to 32 letters, digits and ._/-");
        }
        return tag;
    }

    private static Path path(String address) {
        try {
            Path path = Path.of(address.isEmpty() ? "/dev/log" : address);
            if (!path.isAbsolute()) {
                throw Fault.badRequest(
                        "option 'address': expected the absolute path of a Unix socket; for a collector on"
                                + " another machine use a device of type socket");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new Fault.BadRequest(List.of("option 'address': not a path")).causedBy(e);
        }
    }
}

package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.kernel.Fault;
import java.io.FileDescriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices of type {@code file}: option {@code file_path} is an absolute path, {@code stdout}, or {@code discard}; option
 * {@code mode} the file's mode in octal (0600 when absent, 0000 to leave an existing file's as it is). Option {@code reserve}
 * is how much space is kept for the day the disk is full, {@code low_space} how little free space is an alarm; both in bytes,
 * or with {@code KiB}, {@code MiB}, {@code GiB}.
 */
public final class FileDeviceFactory implements AuditDevice.Factory {
    private static final int OWNER_ONLY = 0600;
    private static final long USUAL_RESERVE = 16L << 20;
    private static final long LOW_FACTOR = 4;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(|KiB|MiB|GiB)");

    @Override
    public String type() {
        return "file";
    }

    @Override
    public AuditDevice create(String name, Map<String, String> options) {
        String target = options.getOrDefault("file_path", options.getOrDefault("path", ""));
        int mode = mode(options.getOrDefault("mode", ""));
        return switch (target) {
            case "" -> throw Fault.badRequest("option 'file_path' is missing: where the audit file shall be");
            case "stdout" -> new StreamDevice(FileDescriptor.out);
            case "discard" -> new DiscardDevice();
            default -> device(name, new AuditFile(path(target), mode), options);
        };
    }

    private static AuditDevice device(String name, AuditFile file, Map<String, String> options) {
        boolean special = file.path().startsWith("/dev");
        long reserve = special ? 0 : size(options, "reserve", USUAL_RESERVE);
        Space space = new Space(
                name,
                file.path(),
                Reserve.of(file.path(), reserve),
                special ? 0 : size(options, "low_space", LOW_FACTOR * reserve));
        return new FileAuditDevice(name, file, space, AuditDevice.writeTimeout(options));
    }

    private static long size(Map<String, String> options, String name, long fallback) {
        String text = options.getOrDefault(name, "").strip();
        Matcher parts = SIZE.matcher(text);
        if (text.isEmpty()) {
            return fallback;
        }
        if (!parts.matches()) {
            throw Fault.badRequest("option '" + name + "': expected a size such as 64MiB, or 0");
        }
        return Long.parseLong(parts.group(1))
                << switch (parts.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 0;
                };
    }

    private static Path path(String target) {
        try {
            Path path = Path.of(target);
            if (!path.isAbsolute() || path.getFileName() == null) {
                throw Fault.badRequest("option 'file_path': expected an absolute path, stdout or discard");
            }
            return path.normalize();
        } catch (InvalidPathException e) {
            throw new Fault.BadRequest(List.of("option 'file_path': not a path")).causedBy(e);
        }
    }

    private static int mode(String octal) {
        try {
            int mode = octal.isEmpty() ? OWNER_ONLY : Integer.parseInt(octal, 8);
            if (mode < 0 || mode > 0777 || (mode & 0002) != 0) {
                throw Fault.badRequest("option 'mode': expected octal up to 0775, not writable for everybody");
            }
            return mode;
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("option 'mode': expected octal digits such as 0600")).causedBy(e);
        }
    }
}

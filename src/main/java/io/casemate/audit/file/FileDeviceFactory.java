package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.kernel.Fault;
import java.io.FileDescriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Devices of type {@code file}: option {@code file_path} is an absolute path, {@code stdout}, or {@code discard}; option
 * {@code mode} the file's mode in octal (0600 when absent, 0000 to leave an existing file's as it is).
 */
public final class FileDeviceFactory implements AuditDevice.Factory {
    private static final int OWNER_ONLY = 0600;

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
            default -> new FileAuditDevice(name, new AuditFile(path(target), mode));
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

package io.casemate.doctor;

import io.casemate.doctor.ExaminationContext.Sought;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The process of a running server, through {@code /proc/PID}. */
final class ServerProcess {
    private static final int KIB = 1024;

    private final Machine machine;
    private final String home;
    private final long pid;

    ServerProcess(Machine machine, long pid) {
        this.machine = machine;
        this.pid = pid;
        this.home = "/proc/" + pid + "/";
    }

    /** The one process that runs the server's jar. */
    static Sought<ServerProcess> sole(Machine machine) {
        List<Long> found = new ArrayList<>();
        for (long pid : Processes.pids(machine)) {
            List<String> words = Processes.arguments(machine, pid);
            int jar = words.indexOf("-jar") + 1;
            if (jar > 0
                    && jar + 1 < words.size()
                    && words.get(jar).endsWith("casemate.jar")
                    && words.get(jar + 1).equals("server")) {
                found.add(pid);
            }
        }
        return switch (found.size()) {
            case 0 -> Sought.missing("no running server was found; -pid names one");
            case 1 -> Sought.of(new ServerProcess(machine, found.getFirst()));
            default -> Sought.missing("several servers run here, " + found + "; -pid names one");
        };
    }

    long pid() {
        return pid;
    }

    /** Where its files in {@code /proc} are, with a slash at the end. */
    String home() {
        return home;
    }

    /** A field of {@code status}. */
    String status(String field) {
        return machine.text(home + "status")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .findFirst()
                .map(line -> line.substring(field.length() + 1).strip())
                .orElseThrow(() -> new UnreadableException(home + "status has no " + field));
    }

    /** A field of {@code status} in kB, as bytes. */
    long bytes(String field) {
        return Long.parseLong(status(field).split("\\s+")[0]) * KIB;
    }

    /** The effective user. */
    int user() {
        return Integer.parseInt(status("Uid").split("\\s+")[1]);
    }

    /** The effective group. */
    int group() {
        return Integer.parseInt(status("Gid").split("\\s+")[1]);
    }

    List<String> arguments() {
        return Processes.arguments(machine, pid);
    }

    /** Its arguments, with the lines of the files that they name as {@code @FILE}; empty when one of those is not there. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        for (String word : arguments()) {
            if (!word.startsWith("@")) {
                options.add(word);
                continue;
            }
            Optional<String> file = word.startsWith("@/") ? machine.find(word.substring(1)) : Optional.empty();
            if (file.isEmpty()) {
                return List.of();
            }
            file.get()
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.startsWith("#"))
                    .forEach(options::add);
        }
        return options;
    }

    /** The names of its environment's variables, and nothing of their values. */
    List<String> variables() {
        return Arrays.stream(machine.text(home + "environ").split("\0"))
                .filter(entry -> entry.indexOf('=') > 0)
                .map(entry -> entry.substring(0, entry.indexOf('=')))
                .toList();
    }

    /** Soft and hard limit, as {@code limits} writes them. */
    List<String> limit(String name) {
        return machine.text(home + "limits")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .map(line -> List.of(line.substring(name.length()).strip().split("\\s+"))
                        .subList(0, 2))
                .orElseThrow(() -> new UnreadableException(home + "limits has no " + name));
    }

    /** The files it has open for writing. */
    List<String> written() {
        List<String> files = new ArrayList<>();
        for (String number : machine.names(home + "fd")) {
            Optional<String> target = machine.link(home + "fd/" + number);
            if (target.isPresent() && target.get().startsWith("/") && writes(number)) {
                files.add(target.get());
            }
        }
        return files;
    }

    /** The last octal digit of {@code flags} holds the access mode of open(2): 1 writes, 2 reads and writes. */
    private boolean writes(String number) {
        return machine.find(home + "fdinfo/" + number).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (line.charAt(line.length() - 1) - '0') % 4 != 0);
    }

    /** The files mapped into its memory, once each. */
    List<String> mapped() {
        return machine.text(home + "maps")
                .lines()
                .filter(line -> line.indexOf('/') > 0)
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .toList();
    }

    /** The configuration it was started with; empty when its arguments do not tell. */
    Optional<String> configuration() {
        List<String> words = arguments();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).replaceFirst("^--?", "--");
            if (word.startsWith("--config=")) {
                return Optional.of(word.substring("--config=".length()));
            }
            if (word.equals("--config") && i + 1 < words.size()) {
                return Optional.of(words.get(i + 1));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}

package io.casemate.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Modes and owners of the files that the running server really uses. */
final class FileChecks {
    static final List<Check> ALL = List.of(
            Check.at("files.store", Practice.STORAGE, Severity.FATAL)
                    .title("Others than the server can reach its store")
                    .why("Who can write there deletes or rolls back secrets; who can read copies them for later.")
                    .from("the open files in /proc/PID/fd: mode and owner of the store and its directory")
                    .remedy("chown -R casemate: /var/lib/casemate; chmod -R go= /var/lib/casemate; under SELinux by the"
                            + " line `store` of docs/runbooks/README.md")
                    .probe(FileChecks::store),
            Check.at("files.audit", Practice.AUDIT, Severity.HIGH)
                    .title("Others than the server can reach its audit trail")
                    .why("It tells who asked for what, and must not be changed afterwards.")
                    .from("the open files in /proc/PID/fd: mode and owner of audit files and their directories")
                    .remedy("chown casemate: /var/log/casemate; chmod 0750 /var/log/casemate; chmod 0600 the files")
                    .probe(FileChecks::trail),
            Check.at("files.config", Practice.NOT_ROOT, Severity.HIGH)
                    .title("The configuration is open to others, or can be changed by the server itself")
                    .why("It says which HSM and which files are trusted: who changes it changes what the server is.")
                    .from("the file in /proc/PID/cmdline: mode and owner")
                    .remedy("chown root:casemate FILE; chmod 0640 FILE")
                    .probe(FileChecks::configuration),
            Check.at("files.key", Practice.TLS, Severity.HIGH)
                    .title("The TLS key is open to others")
                    .why("Who has it can stand in for the server, and be given tokens.")
                    .from("the server's tls_key: mode and owner")
                    .remedy("chown root:casemate FILE; chmod 0640 FILE")
                    .probe(scene -> guarded(scene, scene.facts().get().text("tls_key"))),
            Check.at("files.program", Practice.IMMUTABLE, Severity.HIGH)
                    .title("The server, or others, can change its program")
                    .why("An intruder who can write there comes back after every restart and upgrade.")
                    .from("jars and libraries in /proc/PID/maps and cmdline: mode and owner of files and directories")
                    .remedy("Install the package again, its files belong to root: chown -R root: FILE; chmod go-w FILE")
                    .probe(FileChecks::program));

    private FileChecks() {}

    /** The directories of configuration and store. */
    static List<String> guarded(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        Set<String> places = new LinkedHashSet<>();
        stores(server).forEach(file -> places.add(parent(file)));
        if (places.isEmpty()) {
            throw new UnreadableException(server + " does not show which store it uses");
        }
        server.configuration().ifPresent(file -> places.add(parent(file)));
        return List.copyOf(places);
    }

    private static Finding store(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        Set<String> files = new LinkedHashSet<>();
        stores(server).forEach(file -> {
            files.add(parent(file));
            files.add(file);
        });
        return closed(server, permissions(scene, files), "no open store", found -> !found.openToGroup());
    }

    private static Finding trail(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        List<String> told =
                scene.facts().found().map(facts -> facts.texts("audit_files")).orElse(List.of());
        Set<String> files = new LinkedHashSet<>();
        for (String file : server.written()) {
            if (told.contains(file) || (file.contains("audit") && file.endsWith(".log"))) {
                files.add(parent(file));
                files.add(file);
            }
        }
        List<Permissions> all = permissions(scene, files);
        Finding finding = closed(server, all, "no open audit file", _ -> true);
        String readers = all.stream()
                .filter(found -> found.openToGroup() && found.group() != server.group())
                .map(found ->
                        "group " + found.group() + " may look at " + found.path() + ": a log collector's, or nobody's")
                .collect(Collectors.joining("; "));
        return readers.isEmpty() ? finding : new Finding(finding.verdict(), finding.evidence() + "; " + readers);
    }

    private static Finding closed(
            ServerProcess server, List<Permissions> all, String none, Predicate<Permissions> wanted) {
        if (all.isEmpty()) {
            return Finding.unknown(server + " shows " + none);
        }
        boolean good = all.stream()
                .allMatch(found -> !found.openToOthers()
                        && !found.writableByOthers()
                        && owned(found, server)
                        && wanted.test(found));
        return Finding.of(good, all.stream().map(Permissions::toString).collect(Collectors.joining(", ")));
    }

    private static boolean owned(Permissions found, ServerProcess server) {
        return found.owner() == 0 || found.owner() == server.user();
    }

    private static Finding configuration(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        Optional<String> file = server.configuration().filter(name -> name.startsWith("/"));
        return file.map(name -> guarded(scene, name))
                .orElse(Finding.unknown(server + " does not show its configuration's full path"));
    }

    /** Open to the server's group alone, for reading; of root, or of somebody by whom the server cannot change it. */
    private static Finding guarded(ExaminationContext scene, String file) {
        ServerProcess server = scene.server().get();
        Permissions found = permissions(scene.machine(), file);
        boolean foreign = found.owner() != server.user() || server.user() == 0 || (found.mode() & 0200) == 0;
        boolean group = !found.openToGroup() || found.group() == server.group();
        return Finding.of(
                !found.openToOthers() && !found.writableByOthers() && foreign && group && owned(found, server),
                found + ", the server's group is " + server.group());
    }

    private static Finding program(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        Set<String> files = new LinkedHashSet<>();
        for (String file : server.mapped()) {
            if (file.endsWith(".jar") || file.contains(".so")) {
                files.add(file.replace(" (deleted)", ""));
            }
        }
        server.arguments().stream()
                .filter(word -> word.endsWith(".jar") && word.startsWith("/"))
                .forEach(files::add);
        if (files.isEmpty()) {
            return Finding.unknown(server + " shows no program");
        }
        Set<String> all = new LinkedHashSet<>(files);
        files.forEach(file -> all.add(parent(file)));
        List<String> bad = new ArrayList<>();
        for (String file : all) {
            scene.machine()
                    .permissions(file)
                    .filter(found -> found.writableByOthers()
                            || (found.owner() == server.user() && server.user() != 0 && (found.mode() & 0200) != 0))
                    .ifPresent(found -> bad.add(found.toString()));
        }
        return Finding.of(bad.isEmpty(), bad.isEmpty() ? all.size() + " files and directories" : bad.toString());
    }

    private static List<Permissions> permissions(ExaminationContext scene, Set<String> files) {
        return files.stream().map(file -> permissions(scene.machine(), file)).toList();
    }

    private static Permissions permissions(Machine machine, String file) {
        return machine.permissions(file).orElseThrow(() -> new UnreadableException(file + " does not exist"));
    }

    private static List<String> stores(ServerProcess server) {
        return server.written().stream()
                .filter(file -> file.endsWith("/entries.mv"))
                .toList();
    }

    private static String parent(String file) {
        return file.substring(0, Math.max(1, file.lastIndexOf('/')));
    }
}

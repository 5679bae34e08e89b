package io.casemate.cli.operator;

import io.casemate.archive.SnapshotMeta;
import io.casemate.archive.SnapshotReader;
import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.LongBody;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.LocalFiles;
import io.casemate.cli.output.Table;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code operator raft snapshot ...}: backup and restore, under the names that users of Vault know. */
final class SnapshotCommands {
    private static final String PATH = "sys/storage/raft/snapshot";

    private SnapshotCommands() {}

    static Command save() {
        return Command.of(
                        "operator raft snapshot save",
                        "Save everything the server has to a file",
                        SnapshotCommands::save)
                .takes("FILE")
                .example("operator raft snapshot save casemate.snap");
    }

    static Command restore() {
        return Command.of(
                        "operator raft snapshot restore",
                        "Put a saved file in place of everything the server has",
                        SnapshotCommands::restore)
                .takes("FILE")
                .with(Flag.bool("force", "Also a snapshot that this server's seal cannot prove to be its own."))
                .example("operator raft snapshot restore casemate.snap");
    }

    static Command inspect() {
        return Command.of(
                        "operator raft snapshot inspect",
                        "Check a saved file and show what it is",
                        SnapshotCommands::inspect)
                .takes("FILE")
                .example("operator raft snapshot inspect casemate.snap");
    }

    private static int save(Session session) {
        Path named = Path.of(session.arguments().at(0));
        try {
            if (Files.exists(named)
                    && Files.readAttributes(named, BasicFileAttributes.class).isOther()) {
                pour(session, named);
            } else {
                replace(session, LocalFiles.behindLinks(named));
            }
            return Exit.OK;
        } catch (IOException e) {
            throw CliFailure.local("cannot write " + LocalFiles.reason(e));
        }
    }

    /** The file gets its name when it is whole and proven to be; what had the name before is kept until then. */
    private static void replace(Session session, Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        try {
            SnapshotMeta meta = received(session, partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            long bytes = Files.size(file);
            session.output().sentence("Success! Saved " + meta.entries() + " entries, " + bytes + " bytes, to " + file);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /**
     * A pipe or device is written to and stays what it is; it gets nothing but a whole, proven snapshot. Nothing is said: it
     * may be standard output itself.
     */
    private static void pour(Session session, Path node) throws IOException {
        Path folder = Files.createTempDirectory("casemate-snapshot-");
        Path whole = folder.resolve("whole");
        try {
            received(session, whole);
            try (OutputStream out = Files.newOutputStream(node, StandardOpenOption.WRITE)) {
                Files.copy(whole, out);
            }
        } finally {
            Files.deleteIfExists(whole);
            Files.delete(folder);
        }
    }

    private static SnapshotMeta received(Session session, Path partial) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(partial, ownerOnly);
        try (OutputStream out = Files.newOutputStream(partial)) {
            LongBody nothing = LongBody.none(" -o '" + session.arguments().at(0) + "'");
            session.api().stream(Call.get(PATH), nothing, out);
        } catch (CliFailure failure) {
            throw failure.during("taking the snapshot");
        }
        return meta(partial, Exit.SERVER);
    }

    private static int restore(Session session) {
        Path file = Path.of(session.arguments().at(0));
        SnapshotMeta meta = meta(file, Exit.LOCAL);
        Call call = new Call(
                "POST", session.arguments().bool("force") ? PATH + "-force" : PATH, Map.of(), null, Call.Purpose.READ);
        try {
            session.api().stream(call, LongBody.of(file), OutputStream.nullOutputStream());
        } catch (CliFailure failure) {
            throw failure.during("installing the snapshot");
        } catch (IOException e) {
            throw CliFailure.local("cannot read " + LocalFiles.reason(e));
        }
        session.output().sentence("Success! Restored the snapshot of " + meta.created() + ".");
        Map<String, Object> status =
                session.send("reading seal status", Call.get("sys/seal-status")).json();
        if (Values.bool(status, "sealed")) {
            session.output().sentence("The server is sealed now: 'casemate status' tells why, and what opens it.");
        }
        return Exit.OK;
    }

    private static int inspect(Session session) {
        SnapshotMeta meta = meta(Path.of(session.arguments().at(0)), Exit.LOCAL);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("created", meta.created().toString());
        shown.put("cluster_id", meta.clusterId());
        shown.put("seal", meta.seal());
        shown.put("version", meta.product());
        shown.put("entries", meta.entries());
        shown.put("size", meta.size());
        shown.put("index", meta.index());
        shown.put("key_term", meta.term());
        session.output()
                .structured(
                        shown,
                        () -> Table.of("Key", "Value")
                                .row("Created", meta.created())
                                .row("Cluster ID", meta.clusterId())
                                .row("Seal", meta.seal())
                                .row("Version", meta.product())
                                .row("Entries", meta.entries())
                                .row("Size", meta.size())
                                .row("Store Version", meta.index())
                                .row("Key Term", meta.term())
                                .row("Checksums", "they fit; who made it is proven when it is restored"));
        return Exit.OK;
    }

    private static SnapshotMeta meta(Path file, int otherwise) {
        try (InputStream in = Files.newInputStream(file)) {
            return SnapshotReader.read(in, (_, _) -> {}).meta();
        } catch (FaultException e) {
            String why = e.getMessage();
            throw otherwise == Exit.LOCAL
                    ? CliFailure.local(file + ": " + why)
                    : CliFailure.server("the server did not send a whole snapshot: " + why);
        } catch (IOException e) {
            throw CliFailure.local("cannot read " + LocalFiles.reason(e));
        }
    }
}

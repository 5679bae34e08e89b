package io.casemate.cli.kv;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Lists;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code kv metadata ...}: what a key of version 2 is about, and its history. */
final class KvMetadata {
    private static final Flag[] SETTINGS = {
        KvCommands.MOUNT,
        Flag.integer("max-versions", "How many versions to keep."),
        Flag.bool("cas-required", "Whether every write must name the version it follows."),
        Flag.duration("delete-version-after", "Delete versions this long after they were written."),
        Flag.pairs("custom-metadata", "key=value kept with the key. Repeatable.")
    };

    private KvMetadata() {}

    static List<Command> commands() {
        return List.of(
                Command.of("kv metadata get", "Show the metadata and versions of a key", KvMetadata::get)
                        .takes("PATH")
                        .with(KvCommands.MOUNT)
                        .wrapping()
                        .example("kv metadata get secret/app"),
                Command.of("kv metadata put", "Set the metadata of a key", session -> set(session, false))
                        .takes("PATH")
                        .with(SETTINGS)
                        .example("kv metadata put -max-versions=5 -custom-metadata=owner=ann secret/app"),
                Command.of("kv metadata patch", "Change some metadata of a key", session -> set(session, true))
                        .takes("PATH")
                        .with(SETTINGS)
                        .with(Flag.list("remove-custom-metadata", "Key of the custom metadata to remove. Repeatable."))
                        .example("kv metadata patch -cas-required=true secret/app"),
                Command.of("kv metadata delete", "Destroy a key with all its versions", KvMetadata::delete)
                        .takes("PATH")
                        .with(KvCommands.MOUNT)
                        .example("kv metadata delete secret/app"),
                Command.of("kv metadata list", "List the keys below a path", KvMetadata::list)
                        .takes("PATH")
                        .with(KvCommands.MOUNT)
                        .wrapping()
                        .example("kv metadata list secret/team"));
    }

    private static String api(Session session) {
        return KvPath.of(session, 0).needVersions("kv metadata").api("metadata");
    }

    private static int list(Session session) {
        return Lists.print(session, api(session));
    }

    private static int get(Session session) {
        String api = api(session);
        Answer answer = session.send("reading " + api, Call.get(api));
        if (answer.status() == 404) {
            throw CliFailure.server("No value found at " + api);
        }
        session.output().secret(answer, envelope -> sections(api, Values.map(envelope.get("data"))));
        return Exit.OK;
    }

    private static Object sections(String api, Map<String, Object> data) {
        Map<String, Object> versions = Values.map(data.get("versions"));
        Map<String, Object> rest = new LinkedHashMap<>(data);
        rest.remove("versions");
        StringBuilder out = new StringBuilder(KvSections.path("Metadata Path", api));
        out.append(KvSections.section("Metadata", rest));
        versions.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .forEach(number -> out.append('\n')
                        .append(KvSections.section("Version " + number, Values.map(versions.get(number)))));
        return out.toString();
    }

    private static int set(Session session, boolean patch) {
        Arguments given = session.arguments();
        Map<String, Object> body = new LinkedHashMap<>();
        if (given.has("max-versions")) {
            body.put("max_versions", given.integer("max-versions", 0));
        }
        if (given.has("cas-required")) {
            body.put("cas_required", given.bool("cas-required"));
        }
        if (given.has("delete-version-after")) {
            body.put("delete_version_after", given.text("delete-version-after", ""));
        }
        Map<String, Object> custom = given.pairs("custom-metadata");
        given.list("remove-custom-metadata").forEach(key -> custom.put(key, null));
        if (!custom.isEmpty()) {
            body.put("custom_metadata", custom);
        }
        String api = api(session);
        Call call = patch ? Call.patch(api, body) : Call.put(api, body);
        return session.act("writing metadata to " + api, call, "Data written to: " + api);
    }

    private static int delete(Session session) {
        String api = api(session);
        return session.act("deleting " + api, Call.delete(api), "Data deleted (if it existed) at: " + api);
    }
}

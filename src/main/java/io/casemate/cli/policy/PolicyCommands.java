package io.casemate.cli.policy;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Lists;
import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.LocalFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code policy ...}: who may do what. */
public final class PolicyCommands {
    private static final String ACL = "sys/policies/acl";

    private PolicyCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        return List.of(
                Command.of("policy list", "List the policies", PolicyCommands::list)
                        .example("policy list"),
                Command.of("policy read", "Show a policy", PolicyCommands::read)
                        .takes("NAME")
                        .example("policy read app"),
                Command.of("policy write", "Create or replace a policy", PolicyCommands::write)
                        .takes("NAME FILE|-")
                        .example("policy write app app.hcl", "policy write app -"),
                Command.of("policy delete", "Delete a policy", PolicyCommands::delete)
                        .takes("NAME")
                        .example("policy delete app"),
                PolicyExplain.command(),
                Command.of("policy fmt", "Indent a policy file as it should be", PolicyFormat::run)
                        .takes("FILE")
                        .example("policy fmt app.hcl"));
    }

    private static int list(Session session) {
        List<String> names = Lists.names(session.send("listing policies", Call.list(ACL)));
        session.output().structured(names, () -> String.join("\n", names) + "\n");
        return Exit.OK;
    }

    private static int read(Session session) {
        String name = name(session);
        Answer answer = session.send("reading policy named " + name, Call.get(ACL + "/" + name));
        Map<String, Object> data = Values.map(answer.json().get("data"));
        if (answer.status() == 404 || data.isEmpty()) {
            throw CliFailure.server("No policy named: " + name);
        }
        String text = Values.text(data, "policy");
        session.output().structured(Map.of("policy", text), () -> text.endsWith("\n") ? text : text + "\n");
        return Exit.OK;
    }

    private static int write(Session session) {
        String name = name(session);
        String file = session.arguments().at(1);
        byte[] text = file.equals("-") ? session.terminal().readAll() : LocalFiles.read(file);
        if (text.length == 0) {
            throw CliFailure.local((file.equals("-") ? "standard input" : file) + " is empty; a policy is expected");
        }
        Call call = Call.put(ACL + "/" + name, Map.of("policy", new String(text, StandardCharsets.UTF_8)));
        return session.act("uploading policy", call, "Uploaded policy: " + name);
    }

    private static int delete(Session session) {
        String name = name(session);
        return session.act("deleting " + name, Call.delete(ACL + "/" + name), "Deleted policy: " + name);
    }

    private static String name(Session session) {
        return session.arguments().at(0).strip().toLowerCase(java.util.Locale.ROOT);
    }
}

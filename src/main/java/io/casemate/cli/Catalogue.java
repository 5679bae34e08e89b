package io.casemate.cli;

import io.casemate.cli.command.Topic;
import io.casemate.cli.data.DataCommands;
import io.casemate.cli.kv.KvCommands;
import io.casemate.cli.mount.AuditCommands;
import io.casemate.cli.mount.MountCommands;
import io.casemate.cli.operator.DoctorCommand;
import io.casemate.cli.operator.MonitorCommand;
import io.casemate.cli.operator.NodeCommands;
import io.casemate.cli.operator.OperatorCommands;
import io.casemate.cli.operator.StatusCommand;
import io.casemate.cli.pki.PkiCommands;
import io.casemate.cli.policy.PolicyCommands;
import io.casemate.cli.token.LeaseCommands;
import io.casemate.cli.token.LoginCommand;
import io.casemate.cli.token.TokenCommands;
import java.util.List;

/** Every command there is. */
final class Catalogue {
    static final List<Topic> TOPICS = List.of(
            new Topic("status", "Show the seal and its server", true, StatusCommand::commands),
            new Topic("login", "Log in and remember the token", true, LoginCommand::commands),
            new Topic("kv", "Read and write the kv engine, versions 1 and 2", true, KvCommands::commands),
            new Topic("read", "Read a path", true, DataCommands::read),
            new Topic("write", "Write data to a path", true, DataCommands::write),
            new Topic("list", "List the names below a path", true, DataCommands::list),
            new Topic("delete", "Delete what a path holds", true, DataCommands::delete),
            new Topic("patch", "Change some fields of what a path holds", true, DataCommands::patch),
            new Topic("unwrap", "Take a wrapped answer out of its token", true, DataCommands::unwrap),
            new Topic("audit", "Audit devices", false, AuditCommands::commands),
            new Topic("auth", "Auth methods", false, MountCommands::auth),
            new Topic("completion", "Completion for the shell", false, Completion::commands),
            new Topic("doctor", "Examine this machine and the server on it", false, DoctorCommand::commands),
            new Topic("lease", "Leases of what engines handed out", false, LeaseCommands::commands),
            new Topic("monitor", "Show the server's log as it is written", false, MonitorCommand::commands),
            new Topic(
                    "operator", "Initialise, unseal, seal and look after a server", false, OperatorCommands::commands),
            new Topic("path-help", "Show what a path of the API takes", false, DataCommands::pathHelp),
            new Topic(
                    "pki",
                    "Certificate authorities: health, intermediates, certificates in words",
                    false,
                    PkiCommands::commands),
            new Topic("policy", "Policies", false, PolicyCommands::commands),
            new Topic("print", "Print what commands would use", false, TokenCommands::print),
            new Topic("scan", "List all names below a path, however deep", false, DataCommands::scan),
            new Topic("secrets", "Secrets engines", false, MountCommands::secrets),
            new Topic("token", "Tokens", false, TokenCommands::commands),
            new Topic("version", "Print the version", false, VersionCommand::commands),
            new Topic(
                    "version-history", "List the versions that have opened the store", false, NodeCommands::versions));

    private Catalogue() {}

    /** The topic of this name, or null. */
    static Topic topic(String name) {
        for (Topic topic : TOPICS) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        return null;
    }
}

package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import io.casemate.cli.pki.PkiCheck.Finding;
import io.casemate.cli.pki.PkiCheck.Status;
import io.casemate.cli.pki.PkiCheck.Terms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code pki health-check}: looks at a mount for what goes wrong with CAs. Changes nothing. */
final class PkiHealth {
    private PkiHealth() {}

    static int run(Session session) {
        Arguments given = session.arguments();
        PkiHealthSettings settings =
                PkiHealthSettings.of(given.text("health-config", ""), given.bool("default-disabled"));
        if (given.bool("list")) {
            session.output().structured(settings.shown(), PkiHealth::names);
            return Exit.OK;
        }
        if (given.positionals().isEmpty()) {
            throw CliFailure.local("Not enough arguments: which mount? (such as pki)");
        }
        PkiMount mount = new PkiMount(session, given.at(0));
        Map<String, Object> found = new LinkedHashMap<>();
        List<Finding> all = new ArrayList<>();
        for (PkiCheck check : PkiChecks.ALL) {
            Terms terms = settings.of(check);
            if (!terms.enabled()) {
                continue;
            }
            List<Finding> findings = attempt(check, mount, terms);
            all.addAll(findings);
            found.put(check.name(), findings.stream().map(Finding::members).toList());
        }
        session.output().structured(found, () -> text(found));
        return exit(given.text("return-indicator", "default"), all);
    }

    private static Table names() {
        Table table = Table.of("Checks");
        PkiChecks.ALL.forEach(check -> table.row(check.name()));
        return table;
    }

    /** A check that may not look is itself a finding. */
    private static List<Finding> attempt(PkiCheck check, PkiMount mount, Terms terms) {
        try {
            return check.run().apply(mount, terms);
        } catch (PkiMount.ForbiddenException e) {
            return List.of(new Finding(
                    Status.INSUFFICIENT_PERMISSIONS, e.path(), "the token may not read this: the check was not run"));
        }
    }

    private static String text(Map<String, Object> found) {
        StringBuilder out = new StringBuilder();
        found.forEach((check, findings) -> {
            Table table = Table.of("status", "endpoint", "message");
            ((List<?>) findings).forEach(each -> {
                Map<String, Object> members = Values.map(each);
                table.row(
                        Values.text(members, "status"),
                        Values.text(members, "endpoint"),
                        Values.text(members, "message"));
            });
            out.append(check).append('\n').append("-".repeat(check.length())).append('\n');
            out.append(table.render()).append('\n');
        });
        return out.toString();
    }

    private static int exit(String indicator, List<Finding> findings) {
        Status least = switch (indicator) {
            case "permission" -> Status.INVALID_VERSION;
            case "critical" -> Status.CRITICAL;
            case "warning" -> Status.WARNING;
            case "informational", "default" -> Status.INFORMATIONAL;
            default ->
                throw CliFailure.local("-return-indicator: default, informational, warning, critical or permission");
        };
        return findings.stream()
                .map(Finding::status)
                .filter(status -> status.compareTo(least) >= 0)
                .mapToInt(status -> status.exit)
                .max()
                .orElse(Exit.OK);
    }
}

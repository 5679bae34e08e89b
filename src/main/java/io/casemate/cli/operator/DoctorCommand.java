package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.flag.Nearest;
import io.casemate.cli.http.Address;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.JsonText;
import io.casemate.doctor.Check;
import io.casemate.doctor.Checks;
import io.casemate.doctor.Examination;
import io.casemate.doctor.Facts;
import io.casemate.doctor.Report;
import io.casemate.doctor.ReportText;
import io.casemate.doctor.Sarif;
import io.casemate.doctor.SelfReport;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** {@code doctor}: proves the hardening of this machine and the server on it; the exit code is the report's. */
public final class DoctorCommand {
    /** For a server that counts its root tokens, knocks at its listener and asks its HSM. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String NOT_ASKED =
            "the server was not asked: log in with a policy that grants read and sudo on sys/doctor";

    private DoctorCommand() {}

    /** The command. */
    public static List<Command> commands() {
        return List.of(Command.of(
                        "doctor", "Examine this machine and the server on it; exit code 0, 1 or 2", DoctorCommand::run)
                .with(
                        Flag.list("only", "Only this check, or group of checks such as memory. Repeatable."),
                        Flag.bool("list", "List the checks there are."),
                        Flag.text("explain", "Say what this check looks for, why, and what helps."),
                        Flag.text("root", "Directory that stands for the root of the machine; programs are not asked."),
                        Flag.integer("pid", "Process of the server, where it is not found or there are several."),
                        Flag.text(
                                "socket", "Where the server answers root without a token; else /run/casemate/doctor."),
                        Flag.bool("local", "Ask neither the server nor its listener."))
                .example(
                        "doctor",
                        "doctor -only=memory -only=core.process",
                        "doctor -format=sarif",
                        "doctor -explain core.process")
                .printing("table", "json", "sarif"));
    }

    private static int run(Session session) {
        Arguments given = session.arguments();
        if (given.bool("list")) {
            session.output().text(ReportText.list(Checks.ALL));
            return Exit.OK;
        }
        if (given.has("explain")) {
            session.output().text(ReportText.explain(named(given.text("explain", ""))));
            return Exit.OK;
        }
        Set<String> only = chosen(given.list("only"));
        Report report = examination(session).look(check -> only.isEmpty() || only.contains(check.id()), Instant.now());
        session.output()
                .text(
                        switch (session.output().format()) {
                            case "json" -> JsonText.of(report.members());
                            case "sarif" -> JsonText.of(Sarif.of(report, version()));
                            default -> ReportText.of(report);
                        });
        return report.exit();
    }

    private static Check named(String id) {
        return Checks.named(id).orElseThrow(() -> unknown(id));
    }

    private static CliFailure unknown(String id) {
        String near = Nearest.to(id, Checks.ALL.stream().map(Check::id).toList());
        return CliFailure.local("There is no check \"" + id + "\"."
                + (near.isEmpty() ? "" : " Did you mean " + near + "?") + " 'casemate doctor -list' lists them.");
    }

    private static Set<String> chosen(List<String> words) {
        Set<String> ids = new HashSet<>();
        for (String word : words) {
            List<String> found = Checks.ALL.stream()
                    .map(Check::id)
                    .filter(id -> id.equals(word) || id.startsWith(word + "."))
                    .toList();
            if (found.isEmpty()) {
                throw unknown(word);
            }
            ids.addAll(found);
        }
        return ids;
    }

    private static Examination examination(Session session) {
        Arguments given = session.arguments();
        Path root = Path.of(given.text("root", "/"));
        if (!Files.isDirectory(root)) {
            throw CliFailure.local(root + " is no directory");
        }
        OptionalLong pid = given.has("pid") ? OptionalLong.of(given.integer("pid", 0)) : OptionalLong.empty();
        Examination examination = Examination.of(root, pid);
        if (given.bool("local")) {
            return examination.withoutFacts("the server was not asked (-local)");
        }
        if (given.has("root")) {
            return examination.withoutFacts("the server was not asked: it is not below " + root);
        }
        return served(session, examination);
    }

    /** With the server at the address, which may be on another machine than this one. */
    private static Examination served(Session session, Examination here) {
        Address address = session.settings().address();
        if (address.unix()) {
            return asked(session, here, true);
        }
        boolean ours = ours(address.host());
        Examination examination = ours ? here : Examination.elsewhere(address.host());
        return asked(session, examination.listener(address.host(), address.port()), ours);
    }

    private static boolean ours(String host) {
        try {
            InetAddress place = InetAddress.getByName(host);
            return place.isLoopbackAddress() || NetworkInterface.getByInetAddress(place) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    /** With a token over the API; without one, root of the same machine has a door of his own. */
    private static Examination asked(Session session, Examination examination, boolean ours) {
        boolean token = !session.tokens().token().isEmpty();
        if (!token && !ours) {
            return examination.withoutFacts(NOT_ASKED);
        }
        try {
            Map<String, Object> told = token
                    ? Values.map(
                            session.api().send(Call.get("sys/doctor")).json().get("data"))
                    : SelfReport.ask(socket(session), PATIENCE);
            return examination
                    .with(new Facts(Values.map(told.get("facts"))))
                    .secondOpinion(Values.map(told.get("report")));
        } catch (CliFailure | FaultException failure) {
            return examination.withoutFacts("the server was not heard: "
                    + failure.getMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            return examination.withoutFacts(
                    NOT_ASKED + ", or ask as root (" + socket(session) + ": " + e.getMessage() + ")");
        }
    }

    private static Path socket(Session session) {
        return Path.of(session.arguments().text("socket", SelfReport.USUAL.toString()));
    }

    private static String version() {
        String version = DoctorCommand.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0" : version;
    }
}

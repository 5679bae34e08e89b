package io.casemate.cli.token;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code lease ...}. */
public final class LeaseCommands {
    /** Of renewals, see {@link #renewed}. */
    static final Flag FULFILLED =
            Flag.bool("fail-if-not-fulfilled", "Fail, with exit code 2, when what is asked for by -increment was cut.");

    private LeaseCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        return List.of(
                Command.of("lease lookup", "Show a lease", LeaseCommands::lookup)
                        .takes("ID")
                        .wrapping()
                        .example("lease lookup pki/issue/web/ZzkJFaDNSFVlmnrCxnRgzhCo"),
                Command.of("lease renew", "Renew a lease", LeaseCommands::renew)
                        .takes("ID")
                        .with(
                                Flag.duration("increment", "How long it shall live from now on."),
                                Flag.duration("i", "Short for -increment."),
                                FULFILLED)
                        .wrapping()
                        .example("lease renew -increment=1h database/creds/app/ZzkJFaDNSFVlmnrCxnRgzhCo"),
                Command.of("lease revoke", "Revoke a lease, or all below a prefix", LeaseCommands::revoke)
                        .takes("ID|PREFIX")
                        .with(
                                Flag.bool("prefix", "The argument is a prefix: revoke all leases below it."),
                                Flag.bool("force", "With -prefix: forget also what could not be revoked."),
                                Flag.bool("f", "Short for -force."),
                                Flag.bool("sync", "Wait until it is done."))
                        .example(
                                "lease revoke -sync pki/issue/web/ZzkJFaDNSFVlmnrCxnRgzhCo",
                                "lease revoke -prefix auth/userpass/"));
    }

    private static int lookup(Session session) {
        Map<String, Object> body = Map.of("lease_id", session.arguments().at(0, ""));
        session.output().secret(session.send("looking up lease", Call.put("sys/leases/lookup", body)));
        return Exit.OK;
    }

    private static int renew(Session session) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("lease_id", session.arguments().at(0, ""));
        increment(session.arguments(), body);
        return renewed(session, "renewing lease", Call.put("sys/leases/renew", body));
    }

    /** Renews, shows the answer, and fails when less was given than asked for and the user wants to know. */
    static int renewed(Session session, String doing, Call call) {
        Arguments given = session.arguments();
        String asked = given.text("increment", given.text("i", ""));
        boolean strict = given.bool(FULFILLED.name()) && !asked.isEmpty();
        long wanted = strict ? seconds(asked) : 0;
        if (strict && session.output().wrapped()) {
            throw CliFailure.local(
                    "-fail-if-not-fulfilled reads the server's answer, which therefore cannot come wrapped");
        }
        Answer answer = session.send(doing, call);
        session.output().secret(answer);
        Map<String, Object> envelope = strict ? answer.json() : Map.of();
        Map<String, Object> token = Values.map(envelope.get("auth"));
        long got = Values.number(token.isEmpty() ? envelope : token, "lease_duration");
        if (got < wanted) {
            throw CliFailure.server("Renewed, but for " + got + " seconds instead of " + wanted);
        }
        return Exit.OK;
    }

    private static long seconds(String increment) {
        try {
            return Durations.parse("increment", increment).toSeconds();
        } catch (FaultException e) {
            throw CliFailure.local("-increment is not a duration such as 60 or 1h");
        }
    }

    /** What {@code -increment} or {@code -i} asks for. */
    static void increment(Arguments given, Map<String, Object> body) {
        if (given.has("increment") || given.has("i")) {
            body.put("increment", given.text("increment", given.text("i", "")));
        }
    }

    private static int revoke(Session session) {
        Arguments given = session.arguments();
        String which = given.at(0, "");
        boolean force = given.bool("force") || given.bool("f");
        boolean sync = given.bool("sync");
        if (force && !given.bool("prefix")) {
            throw CliFailure.local("-force forgets all leases below a prefix: give -prefix too");
        }
        if (force) {
            Call call = Call.put("sys/leases/revoke-force/" + which, Map.of());
            return session.act("force revoking leases", call, "Force revoked any leases with prefix: " + which);
        }
        boolean prefix = given.bool("prefix");
        Call call = prefix
                ? Call.put("sys/leases/revoke-prefix/" + which, Map.of("sync", sync))
                : Call.put("sys/leases/revoke", new TreeMap<>(Map.of("lease_id", which, "sync", sync)));
        session.send(prefix ? "revoking leases" : "revoking lease", call);
        String done = prefix ? "Success! Revoked any leases with prefix: " : "Success! Revoked lease: ";
        session.output().sentence(sync ? done + which : "All revocation operations queued successfully!");
        return Exit.OK;
    }
}

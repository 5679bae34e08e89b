package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.LongBody;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code monitor}: the server's log as it is written, until it is interrupted or the server is sealed. */
public final class MonitorCommand {
    /** So long the log may be silent. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    private MonitorCommand() {}

    /** The command. */
    public static List<Command> commands() {
        return List.of(Command.of("monitor", "Show the server's log as it is written", MonitorCommand::run)
                .with(
                        Flag.text("log-level", "Least grave level: trace, debug, info, warn or error; default info."),
                        Flag.text("log-format", "standard or json; default standard."))
                .example("monitor", "monitor -log-level=warn -log-format=json"));
    }

    private static int run(Session session) {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("log_level", session.arguments().text("log-level", "info"));
        wanted.put("log_format", session.arguments().text("log-format", "standard"));
        Call call = Call.get("sys/monitor").with(wanted);
        try {
            session.api().stream(
                    call, LongBody.none(" -N"), new Lines(session.terminal().out()), PATIENCE);
        } catch (CliFailure failure) {
            throw failure.during("monitoring the server");
        }
        return Exit.OK;
    }

    /** Shows at once what comes, and ends when nobody reads any more. */
    private static final class Lines extends FilterOutputStream {
        private final PrintStream shown;

        Lines(PrintStream shown) {
            super(shown);
            this.shown = shown;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            shown.write(bytes, from, length);
            if (shown.checkError()) {
                throw new IOException("nobody reads what is shown");
            }
        }
    }
}

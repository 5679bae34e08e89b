package io.casemate.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report for people: the worst first, what is good only counted. */
public final class ReportText {
    private ReportText() {}

    /** The whole report. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        failed(text, report);
        unknown(text, report);
        text.append(report.host())
                .append(": score ")
                .append(report.score())
                .append(" of 100; ")
                .append(report.count(Verdict.OK))
                .append(" ok, ")
                .append(report.count(Verdict.FAILED))
                .append(" failed, ")
                .append(report.count(Verdict.UNKNOWN))
                .append(" unknown, ")
                .append(report.count(Verdict.NOT_APPLICABLE))
                .append(" not applicable\n");
        return text.toString();
    }

    private static List<Report.Entry> worstFirst(Report report, Verdict verdict) {
        return report.entries().stream()
                .filter(entry -> entry.finding().verdict() == verdict)
                .sorted(Comparator.comparing(entry -> entry.check().severity()))
                .toList();
    }

    private static void failed(StringBuilder text, Report report) {
        List<Report.Entry> entries = worstFirst(report, Verdict.FAILED);
        text.append(entries.isEmpty() ? "" : "Failed\n\n");
        for (Report.Entry entry : entries) {
            Check check = entry.check();
            text.append("  ").append(check.severity().name()).append("  ").append(check.id());
            text.append("  ").append(check.title());
            text.append("\n      seen:   ").append(printable(entry.finding().evidence()));
            text.append("\n      remedy: ").append(check.remedy()).append('\n');
        }
        text.append(entries.isEmpty() ? "" : "\n");
    }

    /** Many checks are unknown for the same reason: it is told once. */
    private static void unknown(StringBuilder text, Report report) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (Report.Entry entry : worstFirst(report, Verdict.UNKNOWN)) {
            byReason.computeIfAbsent(printable(entry.finding().evidence()), reason -> new ArrayList<>())
                    .add(entry.check().id());
        }
        text.append(byReason.isEmpty() ? "" : "Unknown: could not be looked at, so not proven\n\n");
        byReason.forEach((reason, ids) -> text.append("  ")
                .append(reason)
                .append("\n      ")
                .append(String.join(", ", ids))
                .append('\n'));
        text.append(byReason.isEmpty() ? "" : "\n");
    }

    /** One check, at length. */
    public static String explain(Check check) {
        return check.id() + " (" + check.severity().text() + ")\n\n"
                + "  Fails when: " + check.title() + "\n"
                + "  Why:        " + check.why() + "\n"
                + "  Evidence:   " + check.evidence() + "\n"
                + "  Remedy:     " + check.remedy() + "\n"
                + "  Practice:   " + check.practice().text() + "\n";
    }

    /** All checks, one a line. */
    public static String list(List<Check> checks) {
        StringBuilder text = new StringBuilder();
        checks.forEach(check -> text.append(
                String.format("%-24s %-7s %s%n", check.id(), check.severity().text(), check.title())));
        return text.toString();
    }

    /** Names of processes and files may hold anything: nothing of them steers the terminal. */
    private static String printable(String evidence) {
        return evidence.replaceAll("\\p{Cntrl}", "?");
    }
}

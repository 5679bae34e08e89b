package io.casemate.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A report for people: the worst first, what is good only counted. */
public final class ReportText {
    private ReportText() {}

    /** The whole report. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        section(text, "Failed", report, Verdict.FAILED);
        section(text, "Unknown: could not be looked at, so not proven", report, Verdict.UNKNOWN);
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

    private static void section(StringBuilder text, String title, Report report, Verdict verdict) {
        List<Report.Entry> entries = report.entries().stream()
                .filter(entry -> entry.finding().verdict() == verdict)
                .sorted(Comparator.comparing(entry -> entry.check().severity()))
                .toList();
        if (entries.isEmpty()) {
            return;
        }
        text.append(title).append("\n\n");
        for (Report.Entry entry : entries) {
            Check check = entry.check();
            text.append("  ")
                    .append(check.severity().name().toUpperCase(Locale.ROOT))
                    .append("  ")
                    .append(check.id())
                    .append(verdict == Verdict.FAILED ? "  " + check.title() : "")
                    .append("\n      seen:   ")
                    .append(printable(entry.finding().evidence()))
                    .append('\n');
            if (verdict == Verdict.FAILED) {
                text.append("      remedy: ").append(check.remedy()).append('\n');
            }
        }
        text.append('\n');
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

package io.casemate.doctor;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an examination found.
 *
 * @param host name of the machine
 */
public record Report(String host, Instant time, List<Entry> entries) {
    /** A check and what it showed. */
    public record Entry(Check check, Finding finding) {
        /** Whether it failed with this severity. */
        public boolean failed(Severity severity) {
            return finding.verdict() == Verdict.FAILED && check.severity() == severity;
        }
    }

    public Report {
        entries = List.copyOf(entries);
    }

    /**
     * What is proven good, of 100: checks count by their severity (fatal 12, high 6, medium 3, low 1), and what could not be
     * looked at counts as not good. Checks that mean nothing here do not count.
     */
    public int score() {
        int all = 0;
        int good = 0;
        for (Entry entry : entries) {
            if (entry.finding().verdict() != Verdict.NOT_APPLICABLE) {
                all += entry.check().severity().weight();
                good += entry.finding().verdict() == Verdict.OK
                        ? entry.check().severity().weight()
                        : 0;
            }
        }
        return all == 0 ? 100 : 100 * good / all;
    }

    /** How many have this verdict. */
    public long count(Verdict verdict) {
        return entries.stream()
                .filter(entry -> entry.finding().verdict() == verdict)
                .count();
    }

    /** Checks that failed and are fatal. */
    public List<Entry> fatal() {
        return entries.stream().filter(entry -> entry.failed(Severity.FATAL)).toList();
    }

    /** 2 when something fatal failed; 1 when anything failed or could not be looked at; else 0. */
    public int exit() {
        if (!fatal().isEmpty()) {
            return 2;
        }
        return count(Verdict.FAILED) + count(Verdict.UNKNOWN) > 0 ? 1 : 0;
    }

    /** The finding of a check that is known here. */
    public Optional<Finding> finding(String id) {
        return entries.stream()
                .filter(entry -> entry.check().id().equals(id))
                .map(Entry::finding)
                .findFirst();
    }

    /** As plain values, for JSON. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("host", host);
        members.put("time", time.toString());
        members.put("score", score());
        members.put("exit", exit());
        for (Verdict verdict : Verdict.values()) {
            members.put(verdict.text().replace('-', '_'), count(verdict));
        }
        members.put("checks", entries.stream().map(Report::members).toList());
        return members;
    }

    private static Map<String, Object> members(Entry entry) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", entry.check().id());
        members.put("practice", entry.check().practice().text());
        members.put("severity", entry.check().severity().text());
        members.put("verdict", entry.finding().verdict().text());
        members.put("title", entry.check().title());
        members.put("evidence", entry.finding().evidence());
        members.put("remedy", entry.check().remedy());
        return members;
    }
}

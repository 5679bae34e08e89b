package io.casemate.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS). */
public final class Sarif {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private Sarif() {}

    /** As plain values; {@code version} is the program's. */
    public static Map<String, Object> of(Report report, String version) {
        List<Object> rules = new ArrayList<>();
        List<Object> results = new ArrayList<>();
        for (Report.Entry entry : report.entries()) {
            results.add(result(entry, rules.size(), report.host()));
            rules.add(rule(entry.check()));
        }
        Map<String, Object> driver = new LinkedHashMap<>();
        driver.put("name", "casemate doctor");
        driver.put("version", version);
        driver.put("rules", rules);
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("tool", Map.of("driver", driver));
        run.put(
                "invocations",
                List.of(Map.of(
                        "executionSuccessful", true, "endTimeUtc", report.time().toString())));
        run.put("results", results);
        run.put("properties", Map.of("score", report.score(), "host", report.host()));
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("$schema", SCHEMA);
        log.put("version", "2.1.0");
        log.put("runs", List.of(run));
        return log;
    }

    private static Map<String, Object> rule(Check check) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("id", check.id());
        rule.put("shortDescription", Map.of("text", check.title()));
        rule.put("fullDescription", Map.of("text", check.why()));
        rule.put("help", Map.of("text", check.remedy()));
        rule.put("defaultConfiguration", Map.of("level", level(check.severity())));
        rule.put(
                "properties",
                Map.of(
                        "severity",
                        check.severity().text(),
                        "practice",
                        check.practice().text()));
        return rule;
    }

    /** Section 3.27.10: a result whose kind is not "fail" has the level "none". */
    private static Map<String, Object> result(Report.Entry entry, int rule, String host) {
        Map<String, Object> result = new LinkedHashMap<>();
        boolean failed = entry.finding().verdict() == Verdict.FAILED;
        result.put("ruleId", entry.check().id());
        result.put("ruleIndex", rule);
        result.put("kind", kind(entry.finding().verdict()));
        result.put("level", failed ? level(entry.check().severity()) : "none");
        result.put(
                "message",
                Map.of("text", entry.check().title() + ": " + entry.finding().evidence()));
        result.put("locations", List.of(Map.of("logicalLocations", List.of(Map.of("name", host, "kind", "resource")))));
        return result;
    }

    /** Section 3.27.9. */
    private static String kind(Verdict verdict) {
        return switch (verdict) {
            case OK -> "pass";
            case FAILED -> "fail";
            case UNKNOWN -> "open";
            case NOT_APPLICABLE -> "notApplicable";
        };
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case FATAL, HIGH -> "error";
            case MEDIUM -> "warning";
            case LOW -> "note";
        };
    }
}

package io.casemate.doctor;

/** The checks as a part of docs/doctor.md; a test holds the page to it. */
final class Manual {
    private Manual() {}

    /** Markdown: one section a point of the practice, one entry a check. */
    static String checks() {
        StringBuilder page = new StringBuilder();
        for (Practice practice : Practice.values()) {
            page.append("### ").append(practice.text()).append("\n\n");
            Checks.ALL.stream()
                    .filter(check -> check.practice() == practice)
                    .forEach(check -> page.append(entry(check)));
            page.append('\n');
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static String entry(Check check) {
        return "- **`" + check.id() + "`** (" + check.severity().text() + "): " + check.title() + ".\n"
                + "  Why: " + check.why() + "\n"
                + "  Evidence: " + check.evidence() + ".\n"
                + "  Remedy: " + check.remedy() + ".\n";
    }
}

package io.casemate.doctor;

/**
 * One check, as data: the run, the reports and docs/doctor.md all read this.
 *
 * @param id stays the same for ever: {@code group.name}
 * @param practice the point of the production hardening practice that it proves
 * @param title what is wrong when it fails
 * @param why what an attacker gains, or an operator loses
 * @param evidence where the proof is looked for
 * @param remedy one line: what to do
 */
public record Check(
        String id,
        Practice practice,
        Severity severity,
        String title,
        String why,
        String evidence,
        String remedy,
        Probe probe) {

    /** Looks; must change nothing. */
    @FunctionalInterface
    interface Probe {
        /** May throw {@link UnreadableException} for what this user may not see. */
        Finding look(ExaminationContext scene);
    }

    /** Looks. Whatever cannot be read or understood is unknown, never good. */
    Finding look(ExaminationContext scene) {
        try {
            return probe.look(scene);
        } catch (UnreadableException e) {
            return Finding.unknown(e.getMessage());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException e) {
            return Finding.unknown("what was found is not understood: " + e.getMessage());
        }
    }

    static Builder at(String id, Practice practice, Severity severity) {
        return new Builder(id, practice, severity);
    }

    /** Collects the words of a check. */
    record Builder(
            String id, Practice practice, Severity severity, String title, String why, String evidence, String remedy) {
        Builder(String id, Practice practice, Severity severity) {
            this(id, practice, severity, "", "", "", "");
        }

        Builder title(String text) {
            return new Builder(id, practice, severity, text, why, evidence, remedy);
        }

        Builder why(String text) {
            return new Builder(id, practice, severity, title, text, evidence, remedy);
        }

        Builder from(String text) {
            return new Builder(id, practice, severity, title, why, text, remedy);
        }

        Builder remedy(String text) {
            return new Builder(id, practice, severity, title, why, evidence, text);
        }

        Check probe(Probe probe) {
            return new Check(id, practice, severity, title, why, evidence, remedy, probe);
        }
    }
}

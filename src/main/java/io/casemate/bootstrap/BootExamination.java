package io.casemate.bootstrap;

import io.casemate.config.DoctorMode;
import io.casemate.doctor.Check;
import io.casemate.doctor.Examination;
import io.casemate.doctor.Report;
import io.casemate.doctor.Severity;
import io.casemate.doctor.Verdict;
import io.casemate.kernel.Fault;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** What a start looks at before any key is in memory: this process, the kernel, the machine. */
final class BootExamination {
    private static final System.Logger LOG = System.getLogger("casemate.doctor");

    /** Groups of checks that a few small files answer, and that mean something before the server serves. */
    private static final Set<String> NOW = Set.of("memory", "core", "process", "kernel", "confinement");

    private BootExamination() {}

    /**
     * Tells the log what is fatal or high.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when something is fatal and {@code mode} enforces
     */
    static void run(DoctorMode mode, InstantSource clock) {
        if (mode == DoctorMode.OFF) {
            return;
        }
        Report report = Examination.ofMyself().look(BootExamination::now, clock.instant());
        report.entries().stream()
                .filter(entry -> entry.failed(Severity.FATAL) || entry.failed(Severity.HIGH))
                .forEach(BootExamination::tell);
        if (mode == DoctorMode.ENFORCE && !report.fatal().isEmpty()) {
            throw new Fault.Misconfigured(report.fatal().stream()
                            .map(entry -> "doctor: " + entry.check().id() + ": "
                                    + entry.check().title() + " ("
                                    + entry.finding().evidence() + "). "
                                    + entry.check().remedy())
                            .toList())
                    .asException();
        }
        LOG.log(
                System.Logger.Level.INFO,
                "doctor: {0} checks good, {1} failed, {2} not seen from here; casemate doctor tells more",
                report.count(Verdict.OK),
                report.count(Verdict.FAILED),
                report.count(Verdict.UNKNOWN));
    }

    private static boolean now(Check check) {
        return NOW.contains(List.of(check.id().split("\\.")).getFirst());
    }

    private static void tell(Report.Entry entry) {
        LOG.log(
                System.Logger.Level.WARNING,
                "doctor: {0} ({1}): {2} ({3}). {4}",
                entry.check().id(),
                entry.check().severity().text(),
                entry.check().title(),
                entry.finding().evidence(),
                entry.check().remedy());
    }
}

package io.casemate.hsm.broker;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.util.ArrayList;
import java.util.List;

/** Faults cross whole; those that are states of the link itself are made here. */
final class Faults {
    static final String TIMEOUT = "TIMEOUT";

    private static final int MOST_PROBLEMS = 1024;
    private static final int HSM = 1;
    private static final int MISCONFIGURED = 2;
    private static final int INTERNAL = 3;

    private Faults() {}

    static void write(FrameWriter out, Fault fault) {
        switch (fault) {
            case HsmFailed failed -> failure(out.u8(HSM), failed);
            case Fault.Misconfigured(List<String> problems) -> {
                out.u8(MISCONFIGURED).u32(problems.size());
                problems.forEach(out::text);
            }
            case Fault.Internal(String reference) -> out.u8(INTERNAL).text(reference);
            default -> throw new IllegalArgumentException("an HSM has no fault of this kind: " + fault);
        }
    }

    static Fault read(FrameReader in) throws MalformedFrameException {
        return switch (in.u8()) {
            case HSM -> failure(in);
            case MISCONFIGURED -> {
                int count = in.number(0, MOST_PROBLEMS);
                List<String> problems = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    problems.add(in.text());
                }
                yield new Fault.Misconfigured(problems);
            }
            case INTERNAL -> new Fault.Internal(in.text());
            default -> throw new MalformedFrameException("an unknown kind of fault");
        };
    }

    static void failure(FrameWriter out, HsmFailed failed) {
        out.text(failed.code()).text(failed.operation());
        out.text(failed.problem().name()).text(failed.advice());
    }

    static HsmFailed failure(FrameReader in) throws MalformedFrameException {
        return new HsmFailed(in.text(), in.text(), in.word(HsmProblem.class), in.text());
    }

    static HsmFailed away(String code, String advice) {
        return new HsmFailed(code, "call", HsmProblem.AWAY, advice);
    }
}

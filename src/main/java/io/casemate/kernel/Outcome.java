package io.casemate.kernel;

/** What became of an allowed request: an answer or a fault, never an escaping exception. */
public sealed interface Outcome {
    /** It worked. */
    record Answered(Response response) implements Outcome {}

    /** It did not. */
    record Failed(FaultException failure) implements Outcome {}

    /** The answer, or the fault thrown. */
    default Response responseOrThrow() {
        return switch (this) {
            case Answered(Response response) -> response;
            case Failed(FaultException failure) -> throw failure;
        };
    }
}

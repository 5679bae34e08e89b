package io.casemate.hsm.jna;

import java.nio.file.Path;
import java.util.List;

/** {@code C_CreateObject}, which Casemate never calls: what administrators put into a token by their own tools. */
public final class ObjectCreation {
    private ObjectCreation() {}

    /** Puts an object into the token of a session of the same, initialised, module. */
    public static void create(Path module, long session, List<Attribute> template) {
        FramePool frames = new FramePool();
        try (Frame frame = frames.open()) {
            FunctionTable.load(module)
                    .call(
                            CFunction.C_CreateObject,
                            session,
                            Structures.template(frame, template),
                            (long) template.size(),
                            frame.ulong(0));
        }
    }
}

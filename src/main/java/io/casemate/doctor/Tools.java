package io.casemate.doctor;

import java.util.List;

/** Asks the kernel through the programs of the distribution, where it answers through no file. */
@FunctionalInterface
interface Tools {
    /**
     * What {@code program} prints. It is started by its full path, without a shell and with an empty environment.
     *
     * @throws UnreadableException when it is not there, not allowed, fails, or takes longer than five seconds
     */
    String run(String program, List<String> arguments);

    /**
     * What the kernel answers to a question that is written to one of its files.
     *
     * @throws UnreadableException when it is not there, or not answered
     */
    default String question(String file, String words) {
        return run(file, List.of(words));
    }

    /** None: for a directory that is not this machine's root, and for the server, which starts no programs. */
    static Tools none(String reason) {
        return new Tools() {
            @Override
            public String run(String program, List<String> arguments) {
                throw new UnreadableException(program + " was not asked: " + reason);
            }

            @Override
            public String question(String file, String words) {
                throw new UnreadableException(file + " answers root's doctor only");
            }
        };
    }
}

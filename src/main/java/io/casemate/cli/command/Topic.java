package io.casemate.cli.command;

import java.util.List;
import java.util.function.Supplier;

/**
 * A first word of the command line and what hangs below it.
 *
 * @param commands made when the topic is asked for, so that a start pays for one topic only
 */
public record Topic(String name, String synopsis, boolean everyday, Supplier<List<Command>> commands) {
    /** The command that the most words of {@code words} name, or null. */
    public Command find(List<String> words) {
        Command found = null;
        for (Command command : commands.get()) {
            List<String> name = List.of(command.name().split(" "));
            boolean named = name.size() <= words.size() && name.equals(words.subList(0, name.size()));
            if (named
                    && (found == null || command.name().length() > found.name().length())) {
                found = command;
            }
        }
        return found;
    }
}

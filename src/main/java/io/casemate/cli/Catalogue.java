package io.casemate.cli;

import java.util.List;

/** Every command there is. */
final class Catalogue {
    static final List<Topic> TOPICS = List.of(
            new Topic("status", "Show the seal and its server", true, StatusCommand::commands),
            new Topic("read", "Read a path", true, DataCommands::read),
            new Topic("write", "Write data to a path", true, DataCommands::write),
            new Topic("list", "List the names below a path", true, DataCommands::list),
            new Topic("delete", "Delete what a path holds", true, DataCommands::delete),
            new Topic("patch", "Change some fields of what a path holds", false, DataCommands::patch));

    private Catalogue() {}

    /** The topic of this name, or null. */
    static Topic topic(String name) {
        for (Topic topic : TOPICS) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        return null;
    }
}

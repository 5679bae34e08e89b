package io.casemate.identity;

import java.util.List;
import java.util.Map;

/**
 * What an auth method says of whoever logged in.
 *
 * @param accessor of the method's mount
 * @param name under which the method knows it
 * @param metadata kept with the alias; replaces what was there
 * @param groups names of groups as the method knows them
 */
public record Login(String accessor, String name, Map<String, String> metadata, List<String> groups) {
    public Login {
        metadata = Map.copyOf(metadata);
        groups = List.copyOf(groups);
    }
}

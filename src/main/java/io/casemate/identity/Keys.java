package io.casemate.identity;

import io.casemate.barrier.HashedNames;
import java.util.Locale;

/**
 * Where what is stored; docs/formats/identity.md. Names are compared without regard to case, as Vault does, and to blanks
 * around them: a directory that takes {@code Alice} for {@code alice} must not give her a second, enabled entity.
 */
final class Keys {
    static final String ENTITY = "entity/";
    static final String GROUP = "group/";
    static final String ENTITY_ALIAS = "entity-alias/";
    static final String GROUP_ALIAS = "group-alias/";
    static final String MERGED = "merged/";

    /** A group that was deleted and whose members do not all know it yet. */
    static final String GONE = "gone/";

    /** A group that stands for others than before, and whose members of then have not all left it yet. */
    static final String STALE = "stale/";

    private static final String NAME = "name/";

    private final HashedNames hashed;

    Keys(HashedNames hashed) {
        this.hashed = hashed;
    }

    void prepare() {
        hashed.prepare();
    }

    String entityName(String name) {
        return NAME + hashed.of('e', folded(name));
    }

    String groupName(String name) {
        return NAME + hashed.of('g', folded(name));
    }

    String entityAlias(String accessor, String name) {
        return NAME + hashed.of('a', accessor, folded(name));
    }

    String groupAlias(String accessor, String name) {
        return NAME + hashed.of('b', accessor, folded(name));
    }

    /** The entities that are members of a group. */
    static String members(String group) {
        return "member/" + group + "/";
    }

    /** The groups that an entity is a member of. */
    static String joined(String entity) {
        return "joined/" + entity + "/";
    }

    /** The groups that are members of a group. */
    static String children(String group) {
        return "child/" + group + "/";
    }

    /** The groups that a group is a member of. */
    static String parents(String group) {
        return "parent/" + group + "/";
    }

    static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}

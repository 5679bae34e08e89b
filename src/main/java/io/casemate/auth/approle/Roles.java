package io.casemate.auth.approle;

import io.casemate.auth.RoleName;
import io.casemate.barrier.HashedNames;
import io.casemate.barrier.View;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The roles of one mount, found by name and by role id; both change in one transaction. */
final class Roles {
    private static final String FOLDER = "role/";
    private static final String BY_ID = "role-id/";
    /** A role id is the name of an alias too, and no alias has a longer one. */
    private static final int LONGEST_ID = 1024;

    private final View storage;
    private final HashedNames names;

    Roles(View storage, HashedNames names) {
        this.storage = storage;
        this.names = names;
    }

    /**
     * The name in its one form, to be written.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for what no role may be called
     */
    static String checked(String sent) {
        return RoleName.find(sent)
                .orElseThrow(() ->
                        Fault.badRequest("a role's name is letters, digits and '_', and inside of it '.' and '-'"));
    }

    /** The role, whatever the name looks like. */
    Optional<Role> find(String sent) {
        return RoleName.find(sent).flatMap(name -> storage.get(FOLDER + name).map(stored -> Role.decode(name, stored)));
    }

    /** By role id, at one more look than by name. */
    Optional<Role> findById(String roleId) {
        if (roleId.length() > LONGEST_ID) {
            return Optional.empty();
        }
        return storage.get(byId(roleId))
                .map(Roles::owner)
                .flatMap(this::find)
                .filter(role -> role.roleId().equals(roleId));
    }

    List<String> names() {
        return storage.children(FOLDER, "", Integer.MAX_VALUE);
    }

    /**
     * Makes or changes a role.
     *
     * @param fresh what to begin with when there is none; throws when none shall be made
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a name that cannot be or a role id that is taken
     */
    void write(String sent, Supplier<Role> fresh, UnaryOperator<Role> edit) {
        String name = checked(sent);
        names.prepare();
        storage.transact(editor -> {
            Optional<Role> before = editor.get(FOLDER + name).map(stored -> Role.decode(name, stored));
            Role after = edit.apply(before.orElseGet(fresh));
            String place = byId(checkedId(after.roleId()));
            Optional<String> owner = editor.get(place).map(Roles::owner);
            if (owner.isPresent() && !owner.get().equals(name)) {
                throw Fault.badRequest("role_id already in use");
            }
            before.map(Role::roleId).ifPresent(id -> editor.delete(byId(id)));
            editor.put(place, JsonRecord.of(Map.of("name", name)));
            editor.put(FOLDER + name, after.encode());
            return null;
        });
    }

    /** Deletes a role; its secret ids open nothing from then on. Returns it, if it was there. */
    Optional<Role> delete(String sent) {
        names.prepare();
        return RoleName.find(sent).flatMap(this::deleted);
    }

    private Optional<Role> deleted(String name) {
        return storage.transact(editor -> {
            Optional<Role> there = editor.get(FOLDER + name).map(stored -> Role.decode(name, stored));
            there.ifPresent(role -> {
                editor.delete(FOLDER + name);
                editor.delete(byId(role.roleId()));
                editor.put(SecretIds.GONE + role.uid(), "1".getBytes(StandardCharsets.US_ASCII));
            });
            return there;
        });
    }

    private static String checkedId(String roleId) {
        if (roleId.isEmpty() || roleId.length() > LONGEST_ID) {
            throw Fault.badRequest("invalid role_id supplied: it has 1 to " + LONGEST_ID + " characters");
        }
        if (!roleId.strip().equals(roleId) || roleId.codePoints().anyMatch(Character::isISOControl)) {
            throw Fault.badRequest("invalid role_id supplied: no blanks around it, and no control characters");
        }
        return roleId;
    }

    private static String owner(byte[] stored) {
        return Members.read("the record of a role id", stored).text("name");
    }

    private String byId(String roleId) {
        return BY_ID + names.of('r', roleId);
    }
}

package io.casemate.auth.approle;

import io.casemate.barrier.HashedNames;
import io.casemate.barrier.View;
import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The roles of one mount, found by name and by role id; both change in one transaction. */
final class Roles {
    private static final String FOLDER = "role/";
    private static final String BY_ID = "role-id/";
    private static final Pattern NAME = Pattern.compile("[\\w]([\\w.-]{0,253}[\\w])?");
    private static final int LONGEST_ID = 4096;

    private final View storage;
    private final HashedNames names;

    Roles(View storage, HashedNames names) {
        this.storage = storage;
        this.names = names;
    }

    /** The name in its one form; its case does not matter. */
    static String normal(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    Optional<Role> find(String name) {
        String normal = normal(name);
        return NAME.matcher(normal).matches()
                ? storage.get(FOLDER + normal).map(stored -> Role.decode(normal, stored))
                : Optional.empty();
    }

    /** By role id, at one more look than by name. */
    Optional<Role> findById(String roleId) {
        if (roleId.length() > LONGEST_ID) {
            return Optional.empty();
        }
        return storage.get(byId(roleId))
                .map(stored -> (String) JsonRecord.read(stored).get("name"))
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
    void write(String name, Supplier<Role> fresh, UnaryOperator<Role> edit) {
        String normal = normal(name);
        if (!NAME.matcher(normal).matches()) {
            throw Fault.badRequest("a role's name is letters, digits and '_', and inside of it '.' and '-'");
        }
        names.prepare();
        storage.transact(editor -> {
            Optional<Role> before = editor.get(FOLDER + normal).map(stored -> Role.decode(normal, stored));
            Role after = edit.apply(before.orElseGet(fresh));
            String place = byId(checkedId(after.roleId()));
            Optional<String> owner = editor.get(place)
                    .map(stored -> (String) JsonRecord.read(stored).get("name"));
            if (owner.isPresent() && !owner.get().equals(normal)) {
                throw Fault.badRequest("role_id already in use");
            }
            before.map(Role::roleId).ifPresent(id -> editor.delete(byId(id)));
            editor.put(place, JsonRecord.of(Map.of("name", normal)));
            editor.put(FOLDER + normal, after.encode());
            return null;
        });
    }

    /** Deletes a role; its secret ids open nothing from then on. Returns it, if it was there. */
    Optional<Role> delete(String name) {
        names.prepare();
        return storage.transact(editor -> {
            String normal = normal(name);
            Optional<Role> there = editor.get(FOLDER + normal).map(stored -> Role.decode(normal, stored));
            there.ifPresent(role -> {
                editor.delete(FOLDER + normal);
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
        return roleId;
    }

    private String byId(String roleId) {
        return BY_ID + names.of('r', roleId);
    }
}

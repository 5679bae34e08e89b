package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The roles of a mount. */
public final class Roles {
    private static final String ENTRY = "role/";

    private final View view;
    private final ParseCache<Role> parsed = new ParseCache<>();

    /** Roles below {@code view}. */
    public Roles(View view) {
        this.view = view;
    }

    /** The role called {@code name}. */
    public Optional<Role> get(String name) {
        return view.get(ENTRY + name)
                .map(stored -> parsed.of(name, stored, () -> Role.of(name, Records.members(stored))));
    }

    /** Names in order. */
    public List<String> names(String after, int limit) {
        return view.children(ENTRY, after, limit);
    }

    /** Writes or overwrites. */
    public void put(Role role) {
        view.put(ENTRY + role.name(), Records.json(role.values()));
    }

    /**
     * Overwrites a role by what {@code change} makes of it, with nobody between.
     *
     * @throws io.casemate.kernel.FaultException {@code NotFound}, and what {@code change} throws
     */
    public Role change(String name, UnaryOperator<Role> change) {
        return view.transact(editor -> {
            Role role = change.apply(editor.get(ENTRY + name)
                    .map(stored -> Role.of(name, Records.members(stored)))
                    .orElseThrow(() -> Fault.notFound("Unable to fetch role entry to patch")));
            editor.put(ENTRY + name, Records.json(role.values()));
            return role;
        });
    }

    /** Removes, if there. Certificates that were issued under it stay. */
    public void delete(String name) {
        view.delete(ENTRY + name);
    }

    /** Forgets every parsed role. */
    public void clear() {
        parsed.clear();
    }
}

package io.casemate.identity;

import io.casemate.barrier.HashedNames;
import io.casemate.barrier.View;
import io.casemate.engine.SecretsEngine;
import io.casemate.identity.Draft.Changes;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.FreshCache;
import io.casemate.kernel.Identity;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Rights;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Entities, groups and their aliases behind the barrier. Guarantees: what is answered holds for every request that begins
 * afterwards; a record and its indexes change together; a name and an alias lead to one entity at most, also in races.
 * Nothing is read when it is made; all that is cached are memberships of entities that lately asked, and they can be dropped.
 */
public final class IdentityStore {
    private static final int MOST_CACHED = 8192;
    private static final int SWEEP = 128;
    private static final int PAGE = 100;

    private final View storage;
    private final InstantSource clock;
    private final Function<String, Optional<MountInfo>> mounts;
    private final HashedNames hashed;
    private final Keys keys;
    private final Ids ids;
    private final FreshCache<String, EntityMembership> memberships = new FreshCache<>(MOST_CACHED);

    /**
     * On a part of the barrier that nothing else writes to.
     *
     * @param mounts finds what is mounted under an accessor
     */
    public IdentityStore(
            View storage, SecureRandom random, InstantSource clock, Function<String, Optional<MountInfo>> mounts) {
        this.storage = storage;
        this.clock = clock;
        this.mounts = mounts;
        this.hashed = new HashedNames(storage, random);
        this.keys = new Keys(hashed);
        this.ids = new Ids(random);
    }

    /** The {@code identity/} tree as an engine. */
    public SecretsEngine engine() {
        return new IdentityEngine(this);
    }

    /**
     * Who an entity is, one look in a cache as a rule; {@link Identity#NONE} for no entity.
     *
     * @param entityId as tokens keep it; after a merge the one it has become part of answers
     * @throws FaultException {@code PermissionDenied} when the entity was deleted or is disabled: its tokens are worth nothing
     */
    public Identity admit(String entityId) {
        return find(entityId).orElseThrow(() -> new Fault.PermissionDenied().asException());
    }

    /** The same, empty for an entity that was deleted or is disabled. */
    public Optional<Identity> find(String entityId) {
        if (entityId.isEmpty()) {
            return Optional.of(Identity.NONE);
        }
        return Optional.ofNullable(memberships.get(entityId, this::load))
                .filter(membership -> !membership.disabled())
                .map(Identity.class::cast);
    }

    /** What a token of these policies and this entity may do: nothing when the entity was deleted or is disabled. */
    public Rights rights(Set<String> policies, String entityId) {
        return find(entityId).map(identity -> new Rights(policies, identity)).orElseGet(() -> Rights.of(Set.of()));
    }

    /**
     * Finds or makes the entity that logs in, and brings its external groups up to date with what the method said.
     *
     * @throws FaultException {@code PermissionDenied} when the entity is disabled, {@code BadRequest} for a name that cannot be
     */
    public Recognised login(Login login) {
        return new Recognition(this).login(login);
    }

    /** How many entities there are; reads all their names. */
    public long entities() {
        return records().names(Keys.ENTITY).size();
    }

    /** Finishes what a crash cut short. Costs two looks when there is nothing. */
    public void resume() {
        records().names(Keys.GONE).forEach(this::forget);
        emptyStale();
    }

    /** Empties the external groups that a mount said the members of, which is no more. Reads all groups. */
    public void endMount(String accessor) {
        each(Keys.GROUP, "", id -> {
            if (knows(accessor, records(), id)) {
                change(draft -> {
                    if (knows(accessor, draft.records(), id)) {
                        draft.stale(id);
                    }
                    return null;
                });
            }
            return true;
        });
        emptyStale();
    }

    /** Nobody is let in by a group whose record is damaged, and it keeps no mount from leaving. */
    private static boolean knows(String accessor, IdentityRecords records, String group) {
        try {
            return records.group(group)
                    .flatMap(Group::alias)
                    .filter(alias -> alias.accessor().equals(accessor))
                    .isPresent();
        } catch (FaultException e) {
            if (!e.ofDamagedRecord()) {
                throw e;
            }
            return false;
        }
    }

    /** Takes their members out of groups that stand for others than before, a few at a time. */
    void emptyStale() {
        for (String group : records().names(Keys.STALE)) {
            boolean more = true;
            while (more) {
                more = change(draft -> draft.empty(group, SWEEP));
            }
        }
    }

    /** Drops everything cached, the salt included: on seal. */
    public void invalidate() {
        memberships.dropAll();
        hashed.forget();
    }

    IdentityRecords records() {
        return new IdentityRecords(keys, Source.of(storage));
    }

    /** Runs {@code work} atomically; what it changed holds when this returns. */
    <T> T change(Function<Draft, T> work) {
        keys.prepare();
        Changes changes = new Changes();
        try {
            return storage.transact(editor -> work.apply(new Draft(editor, keys, changes)));
        } finally {
            if (changes.everybody()) {
                memberships.dropAll();
            } else {
                changes.entities().forEach(memberships::drop);
            }
        }
    }

    /** Takes a removed group from its members, a few at a time. */
    void forget(String group) {
        boolean more = true;
        while (more) {
            more = change(draft -> draft.forget(group, SWEEP));
        }
    }

    /** At most {@value #PAGE} names of a folder at a time, to all of {@code seen} in turn, until it has enough. */
    void each(String folder, String after, java.util.function.Predicate<String> wanted) {
        List<String> page = storage.list(folder, after.isEmpty() ? "" : folder + after, PAGE);
        while (!page.isEmpty()) {
            for (String key : page) {
                if (!wanted.test(key.substring(folder.length()))) {
                    return;
                }
            }
            page = storage.list(folder, page.getLast(), PAGE);
        }
    }

    Optional<MountInfo> mount(String accessor) {
        return mounts.apply(accessor);
    }

    Ids ids() {
        return ids;
    }

    Instant now() {
        return clock.instant();
    }

    private EntityMembership load(String entityId) {
        IdentityRecords records = records();
        return records.entityNow(entityId)
                .map(entity -> new EntityMembership(entity, records.withAncestors(records.groupsOf(entity.id()))))
                .orElse(null);
    }
}

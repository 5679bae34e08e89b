package io.casemate.auth.approle;

import io.casemate.barrier.HashedNames;
import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secret ids of a mount's roles, under keyed hashes: neither names nor records of the store give one. A secret id with a limit
 * of uses serves never more, whoever races; one whose time is over serves no more, and is removed when others are made.
 */
final class SecretIds {
    /** Of roles that are deleted: their secret ids are on the way out. */
    static final String GONE = "gone/";

    private static final String FOLDER = "secret/";
    private static final String ACCESSOR = "accessor/";
    private static final String EXPIRY = "expiry/";
    private static final byte[] LINK = {1};
    private static final int PAGE = 128;
    private static final int LONGEST = 4096;

    private final View storage;
    private final HashedNames names;

    SecretIds(View storage, HashedNames names) {
        this.storage = storage;
        this.names = names;
    }

    /**
     * Stores one.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is there already or too long
     */
    void add(Role role, String secretId, SecretId made, Instant now) {
        if (secretId.length() > LONGEST) {
            throw Fault.badRequest("a secret_id has at most " + LONGEST + " characters");
        }
        String key = key(role, secretId);
        expire(now, PAGE);
        storage.transact(editor -> {
            if (editor.get(FOLDER + key).isPresent()) {
                throw Fault.badRequest("SecretID is already registered");
            }
            editor.put(FOLDER + key, made.encode());
            editor.put(accessorKey(role, made.accessor()), JsonRecord.of(Map.of("key", key)));
            made.expires().ifPresent(at -> editor.put(expiry(at, key), LINK.clone()));
            return null;
        });
    }

    /** One that is good for a login now, without spending a use. Costs the same whether there is one or not. */
    Optional<SecretId> find(Role role, String secretId, Instant now) {
        return secretId.length() > LONGEST
                ? Optional.empty()
                : storage.get(FOLDER + key(role, secretId))
                        .map(SecretId::decode)
                        .filter(found -> !found.over(now));
    }

    /** Spends one use; false when another login was faster with the last one. */
    boolean spend(Role role, String secretId, Instant now) {
        String key = key(role, secretId);
        return storage.transact(editor -> {
            Optional<SecretId> there =
                    editor.get(FOLDER + key).map(SecretId::decode).filter(found -> !found.over(now));
            there.ifPresent(found -> {
                if (found.usesLeft() == 1) {
                    remove(editor, role.uid(), key, found);
                } else if (found.usesLeft() > 1) {
                    editor.put(FOLDER + key, found.used(now).encode());
                }
            });
            return there.isPresent();
        });
    }

    /** By accessor. */
    Optional<SecretId> findByAccessor(Role role, String accessor, Instant now) {
        return keyOf(role, accessor)
                .flatMap(key -> storage.get(FOLDER + key))
                .map(SecretId::decode)
                .filter(found -> !found.over(now));
    }

    void delete(Role role, String secretId) {
        if (secretId.length() <= LONGEST) {
            delete(role.uid(), key(role, secretId));
        }
    }

    /** Whether there was one. */
    boolean deleteByAccessor(Role role, String accessor) {
        Optional<String> key = keyOf(role, accessor);
        key.ifPresent(there -> delete(role.uid(), there));
        return key.isPresent();
    }

    /**
     * Accessors of a role's secret ids, in no useful order that stays the same.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the one to go on after is gone
     */
    List<String> accessors(Role role, Instant now, Paging paging) {
        String folder = FOLDER + role.uid() + "/";
        List<String> accessors = new ArrayList<>();
        List<String> page = storage.list(folder, place(role, paging.after()), PAGE);
        while (!page.isEmpty() && accessors.size() < paging.limit()) {
            page.stream()
                    .flatMap(key -> storage.get(key).stream())
                    .map(SecretId::decode)
                    .filter(found -> !found.over(now))
                    .limit(paging.limit() - accessors.size())
                    .forEach(found -> accessors.add(found.accessor()));
            page = storage.list(folder, page.getLast(), PAGE);
        }
        return accessors;
    }

    private String place(Role role, String accessor) {
        return accessor.isEmpty()
                ? ""
                : FOLDER
                        + keyOf(role, accessor)
                                .orElseThrow(() -> Fault.badRequest("after: there is no such accessor any more"));
    }

    /** Removes what belonged to deleted roles, and all whose time is over. */
    void tidy(Instant now) {
        names.prepare();
        for (String gone : storage.list(GONE, "", Integer.MAX_VALUE)) {
            forget(gone.substring(GONE.length()));
        }
        int removed = PAGE;
        while (removed == PAGE) {
            removed = expire(now, PAGE);
        }
    }

    /** Removes the secret ids of a deleted role, in steps; a crash leaves the rest to {@link #tidy}. */
    void forget(String uid) {
        names.prepare();
        String folder = FOLDER + uid + "/";
        for (List<String> page = storage.list(folder, "", PAGE);
                !page.isEmpty();
                page = storage.list(folder, "", PAGE)) {
            List<String> doomed = page;
            storage.transact(editor -> {
                doomed.forEach(place -> editor.get(place)
                        .map(SecretId::decode)
                        .ifPresent(found -> remove(editor, uid, place.substring(FOLDER.length()), found)));
                return null;
            });
        }
        storage.delete(GONE + uid);
    }

    private int expire(Instant now, int limit) {
        List<String> due = storage.list(EXPIRY, "", limit).stream()
                .filter(place -> Long.parseLong(place.split("/")[1]) <= now.getEpochSecond())
                .toList();
        if (!due.isEmpty()) {
            storage.transact(editor -> {
                due.forEach(place -> {
                    String[] parts = place.split("/");
                    String key = parts[2] + "/" + parts[3];
                    editor.get(FOLDER + key)
                            .map(SecretId::decode)
                            .ifPresent(found -> remove(editor, parts[2], key, found));
                    editor.delete(place);
                });
                return null;
            });
        }
        return due.size();
    }

    private void delete(String uid, String key) {
        storage.transact(editor -> {
            editor.get(FOLDER + key).map(SecretId::decode).ifPresent(found -> remove(editor, uid, key, found));
            return null;
        });
    }

    private void remove(Editor editor, String uid, String key, SecretId found) {
        editor.delete(FOLDER + key);
        editor.delete(accessorKey(uid, found.accessor()));
        found.expires().ifPresent(at -> editor.delete(expiry(at, key)));
    }

    private Optional<String> keyOf(Role role, String accessor) {
        return storage.get(accessorKey(role, accessor))
                .map(stored -> Members.read("the record of an accessor", stored).text("key"));
    }

    private String key(Role role, String secretId) {
        return role.uid() + "/" + names.of('s', role.uid(), secretId);
    }

    private String accessorKey(Role role, String accessor) {
        return accessorKey(role.uid(), accessor);
    }

    private String accessorKey(String uid, String accessor) {
        return ACCESSOR + names.of('a', uid, accessor);
    }

    /** Sorts by time: twelve decimal digits of seconds since 1970. */
    private static String expiry(Instant at, String key) {
        return EXPIRY + String.format("%012d", Math.max(0, at.getEpochSecond())) + "/" + key;
    }
}

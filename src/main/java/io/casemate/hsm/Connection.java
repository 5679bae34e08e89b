package io.casemate.hsm;

import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Ckr;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One login to one token: the session that owns it, the sessions that work under it and the object handles found through
 * it. When it fails it is thrown away whole and a new one made.
 */
final class Connection {
    private final Map<KeyRef, Long> handles = new ConcurrentHashMap<>();
    private final Set<KeyRef> seenKeys;
    private final Cryptoki module;
    private final TokenInfo token;
    private final long slot;
    private final long generation;
    private final long owner;
    private final SessionPool sessions;
    private volatile List<Long> offered;

    /**
     * @param owner the session that holds the login and does nothing else
     * @param seenKeys keys that were found on this token before; they outlive the connection
     */
    Connection(
            Cryptoki module,
            TokenSearch.Found found,
            long generation,
            long owner,
            SessionPool sessions,
            Set<KeyRef> seenKeys) {
        this.seenKeys = seenKeys;
        this.module = module;
        this.token = found.token();
        this.slot = found.slot();
        this.generation = generation;
        this.owner = owner;
        this.sessions = sessions;
    }

    /** The token as it was at login. */
    TokenInfo token() {
        return token;
    }

    /** The initialisation of the library that it belongs to. */
    long generation() {
        return generation;
    }

    /** Sessions open, the owner's included. */
    int openSessions() {
        return sessions.open() + 1;
    }

    /** The {@code CKM_} numbers that the token says it offers; asked once. */
    List<Long> mechanisms() {
        List<Long> known = offered;
        if (known == null) {
            known = Arrays.stream(module.mechanisms(slot)).boxed().toList();
            offered = known;
        }
        return known;
    }

    /** Does something in a session of its own. */
    <T> T with(Function<Session, T> work) {
        return sessions.with(work);
    }

    /** Whether there is such an object. */
    boolean has(KeyRef key) {
        return !find(key).isEmpty();
    }

    /** Attributes of the only object that fits. */
    Attributes read(KeyRef key, long... types) {
        long object = handle(key);
        return with(session -> session.module().objects().read(session.handle(), object, types));
    }

    /** The token as messages name it. */
    String place() {
        return "token '" + token.label() + "' (serial " + token.serial() + ")";
    }

    /** Every object that fits, newly searched. */
    List<Long> find(KeyRef key) {
        return with(session -> {
            List<Long> found = module.objects().find(session.handle(), key.template());
            if (found.isEmpty()) {
                requireLogin(session);
            }
            return found;
        });
    }

    /** Without a login private objects do not show, which must not be taken for their absence. */
    private void requireLogin(Session session) {
        long state = module.sessionState(session.handle());
        boolean loggedIn = state == Ckf.STATE_READ_ONLY_USER || state == Ckf.STATE_READ_WRITE_USER;
        if (!loggedIn && token.has(Ckf.LOGIN_REQUIRED)) {
            throw new Fault.HsmFailed(
                            Ckr.CKR_USER_NOT_LOGGED_IN.name(),
                            "C_FindObjects",
                            HsmProblem.AWAY,
                            "the token has ended our login; Casemate logs in again by itself")
                    .asException();
        }
    }

    /** The handle of the only object that fits. */
    long handle(KeyRef key) {
        Long known = handles.get(key);
        if (known != null) {
            return known;
        }
        long found = single(key, find(key));
        handles.put(key, found);
        seenKeys.add(key);
        return found;
    }

    private long single(KeyRef key, List<Long> found) {
        if (found.size() == 1) {
            return found.getFirst();
        }
        String where = place();
        if (found.isEmpty() && seenKeys.contains(key)) {
            throw HsmFailures.away(
                    HsmFailures.KEY_NOT_FOUND,
                    "C_FindObjects",
                    key + " was on " + where + " and is not any more; restore the token's storage or the key");
        }
        if (found.isEmpty()) {
            throw HsmFailures.setup(
                    HsmFailures.KEY_NOT_FOUND,
                    "C_FindObjects",
                    "there is no " + key + " on " + where
                            + "; correct the label or id, or let Casemate make the key (generate_key)");
        }
        throw HsmFailures.setup(
                HsmFailures.KEY_AMBIGUOUS,
                "C_FindObjects",
                found.size() + " objects fit " + key + " on " + where
                        + (key.id().isEmpty() ? " (ids " + ids(found) + ")" : "")
                        + "; name one by key_id or remove the others");
    }

    private String ids(List<Long> objects) {
        return objects.stream()
                .map(object -> with(session -> module.objects().read(session.handle(), object, Cka.ID)))
                .map(found ->
                        "0x" + HexFormat.of().formatHex(found.bytes(Cka.ID).orElse(new byte[0])))
                .collect(Collectors.joining(", "));
    }

    /** Closes idle sessions and forgets handles: they may be dead. */
    void refresh() {
        handles.clear();
        sessions.forgetIdle();
    }

    /** Ends it. Never logs out: the login belongs to the process and ends with its last session. */
    void close() {
        handles.clear();
        sessions.close();
        try {
            module.closeSession(owner);
        } catch (FaultException e) {
            System.getLogger("casemate.hsm").log(System.Logger.Level.DEBUG, "C_CloseSession: {0}", e.getMessage());
        }
    }
}

package io.casemate.sys;

import io.casemate.core.Rekey;
import io.casemate.core.RootKeyRotation;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code sys/rekey*} as Vault's clients know it, and its twin {@code sys/rotate/root|recovery/*}, which always asks for a
 * token and answers in the envelope; {@code sys/rotate/root}.
 */
public final class RekeyEndpoints {
    private static final String BACKUP = "The encrypted shares that were kept at the last rekey: read, delete.";

    private final Rekey root;
    private final Rekey recovery;
    private final RootKeyRotation rotation;
    private final OpenCeremonies open;

    /** @param open says whether the former ask for a token */
    public RekeyEndpoints(Rekey root, Rekey recovery, RootKeyRotation rotation, OpenCeremonies open) {
        this.root = root;
        this.recovery = recovery;
        this.rotation = rotation;
        this.open = open;
    }

    /** All of them; none answers while sealed. */
    public List<Endpoint> endpoints() {
        Function<Endpoint.Builder, Endpoint> perhapsOpen = endpoint -> open.rule(endpoint, OpenCeremonies.REKEY);
        List<Endpoint> all = new ArrayList<>();
        all.addAll(new RekeyFamily(root, Form.PLAIN).at("rekey", perhapsOpen));
        all.addAll(new RekeyFamily(recovery, Form.PLAIN).at("rekey-recovery-key", perhapsOpen));
        all.addAll(new RekeyFamily(root, Form.ENVELOPED).at("rotate/root", Endpoint.Builder::build));
        all.addAll(new RekeyFamily(recovery, Form.ENVELOPED).at("rotate/recovery", Endpoint.Builder::build));
        all.add(backup("rekey/backup", root));
        all.add(backup("rekey/recovery-key-backup", recovery));
        all.add(backup("rekey-recovery-key/backup", recovery));
        all.add(backup("rotate/root/backup", root));
        all.add(backup("rotate/recovery/backup", recovery));
        all.add(Endpoint.at("rotate/root", "Makes a new root key, where devices wrap it.")
                .access(Access.SUDO)
                .on(Operation.UPDATE, _ -> {
                    rotation.rotate();
                    return Response.none();
                })
                .build());
        return List.copyOf(all);
    }

    private static Endpoint backup(String pattern, Rekey rekey) {
        return Endpoint.at(pattern, BACKUP)
                .access(Access.SUDO)
                .on(Operation.READ, _ -> Response.doublePlaced(RekeyMembers.backup(rekey.backup())))
                .on(Operation.DELETE, _ -> {
                    rekey.deleteBackup();
                    return Response.none();
                })
                .build();
    }
}

package io.casemate.mount;

import io.casemate.auth.AuthMethod;
import io.casemate.barrier.RevocableView;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.Mountable;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.MountInfo;
import java.util.Optional;

/**
 * A mount table row with its engine or auth method open.
 *
 * @param data what was lent to {@code content}; empty for a part of the server, which keeps its own
 */
public record Mounted(
        MountEntry entry, Mountable content, Optional<RevocableView> data, EndpointTable endpoints, MountInfo info) {
    static Mounted open(MountEntry entry, Mountable content, Optional<RevocableView> data) {
        return new Mounted(entry, content, data, new EndpointTable(content.endpoints()), entry.info());
    }

    /** The same content by another row. */
    Mounted by(MountEntry other) {
        return new Mounted(other, content, data, endpoints, other.info());
    }

    /** Closes the content and takes its data back: requests that are still at it change nothing any more. */
    void retire() {
        content.close();
        data.ifPresent(RevocableView::revoke);
    }

    /** The secrets engine, if it is one. */
    public Optional<SecretsEngine> engine() {
        return content instanceof SecretsEngine engine ? Optional.of(engine) : Optional.empty();
    }

    /** The auth method, if it is one. */
    public Optional<AuthMethod> method() {
        return content instanceof AuthMethod method ? Optional.of(method) : Optional.empty();
    }
}

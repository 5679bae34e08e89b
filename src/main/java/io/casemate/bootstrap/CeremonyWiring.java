package io.casemate.bootstrap;

import io.casemate.core.Rekey;
import io.casemate.core.RootGeneration;
import io.casemate.core.RootKeyRotation;
import io.casemate.core.RootTokenIssuer;
import io.casemate.core.SealParts;
import io.casemate.core.Unsealer;
import io.casemate.engine.Endpoint;
import io.casemate.kernel.SecretBytes;
import io.casemate.sys.GenerateRootEndpoints;
import io.casemate.sys.OpenCeremonies;
import io.casemate.sys.RekeyEndpoints;
import io.casemate.token.TokenStore;
import java.util.List;
import java.util.stream.Stream;

/** The ceremonies that need the agreement of several people, and their endpoints. */
final class CeremonyWiring {
    private final RootGeneration generation;
    private final Rekey root;
    private final Rekey recovery;
    private final RootKeyRotation rotation;
    private final OpenCeremonies open;

    CeremonyWiring(SealParts parts, Unsealer unsealer, TokenStore tokens, OpenCeremonies open) {
        this.generation = new RootGeneration(parts, unsealer, new StoredRootTokens(tokens));
        this.root = Rekey.ofRootKey(parts, unsealer);
        this.recovery = Rekey.ofRecoveryKey(parts, unsealer);
        this.rotation = new RootKeyRotation(parts, unsealer);
        this.open = open;
    }

    List<Endpoint> endpoints() {
        return Stream.concat(
                        new GenerateRootEndpoints(generation, open).endpoints().stream(),
                        new RekeyEndpoints(root, recovery, rotation, open).endpoints().stream())
                .toList();
    }

    /** Whatever is under way ends with the seal. */
    void forget() {
        generation.forget();
        root.forget();
        recovery.forget();
    }

    private record StoredRootTokens(TokenStore tokens) implements RootTokenIssuer {
        @Override
        public SecretBytes create() {
            return tokens.createRoot();
        }

        @Override
        public void revoke(SecretBytes token) {
            tokens.revoke(tokens.keyOf(token));
        }
    }
}

package io.casemate.engine.pki.acme;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.crypto.VerificationKey;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.RequestVerifier.By;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.kernel.Response;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;

/** An account gets another key (RFC 8555 section 7.3.5): the old key signs, around what the new key signed. */
final class KeyChange {
    private final RequestVerifier verifier;
    private final AcmeStore store;

    KeyChange(RequestVerifier verifier, AcmeStore store) {
        this.verifier = verifier;
        this.store = store;
    }

    Endpoint endpoint(String prefix) {
        return verifier.post(prefix, "key-change", "Gives an account another key.", By.ACCOUNT, this::change);
    }

    private Response change(Signed signed) {
        AcmeRequest incoming = signed.incoming();
        Account account = signed.owner();
        Jws inner = Jws.of(signed.demands());
        PublicKey fresh = inner.jwk()
                .orElseThrow(() -> ProblemType.MALFORMED.because("the inner JWS must have the new key in 'jwk'"));
        boolean fits = inner.parts().header("url").equals(signed.jws().parts().header("url"))
                && !inner.parts().header().containsKey("nonce");
        if (!fits) {
            throw ProblemType.MALFORMED.because("the inner JWS must have the outer one's 'url', and no 'nonce'");
        }
        inner.verify(fresh);
        Map<String, Object> said =
                FlattenedJws.object("the inner payload", inner.parts().payload());
        if (!incoming.url("account/" + account.id()).equals(said.get("account"))) {
            throw ProblemType.MALFORMED.because("the inner payload names another account");
        }
        boolean knowsOld = said.get("oldKey") instanceof Map<?, ?> old
                && VerificationKey.jwk(old)
                        .filter(key -> JwkThumbprint.of(key.key()).equals(account.thumbprint()))
                        .isPresent();
        if (!knowsOld) {
            throw ProblemType.MALFORMED.because("'oldKey' is not the account's key");
        }
        return replaced(incoming, account, fresh);
    }

    private Response replaced(AcmeRequest incoming, Account account, PublicKey fresh) {
        String thumbprint = JwkThumbprint.of(fresh);
        Optional<String> other = store.byKey(thumbprint, account.directory());
        return store.transact(changes -> {
            if (changes.taken(thumbprint, account.directory())) {
                throw ProblemType.MALFORMED
                        .because(409, "the new key has an account already")
                        .header("Location", incoming.url("account/" + other.orElse(account.id())));
            }
            Account now = changes.account(account.id())
                    .filter(each -> each.status() == Account.Status.VALID)
                    .filter(each -> each.thumbprint().equals(account.thumbprint()))
                    .orElseThrow(() -> ProblemType.UNAUTHORIZED.because("the account changed meanwhile"));
            changes.forgetKey(now);
            changes.put(now.key(fresh));
            return Response.plain(Map.of("status", "valid", "orders", incoming.url("orders")))
                    .header("Location", incoming.url("account/" + account.id()));
        });
    }
}

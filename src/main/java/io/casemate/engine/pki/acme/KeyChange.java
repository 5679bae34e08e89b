package io.casemate.engine.pki.acme;

import io.casemate.crypto.JwkThumbprint;
import io.casemate.crypto.VerificationKey;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.Door.By;
import io.casemate.engine.pki.acme.Visit.Signed;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.kernel.Response;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;

/** An account gets another key (RFC 8555 section 7.3.5): the old key signs, around what the new key signed. */
final class KeyChange {
    private final Door door;
    private final AcmeStore store;

    KeyChange(Door door, AcmeStore store) {
        this.door = door;
        this.store = store;
    }

    Endpoint endpoint(String prefix) {
        return door.post(prefix, "key-change", "Gives an account another key.", By.ACCOUNT, this::change);
    }

    private Response change(Signed signed) {
        Visit visit = signed.visit();
        Account account = signed.owner();
        Jws inner = Jws.of(signed.demands());
        PublicKey fresh =
                inner.jwk().orElseThrow(() -> Kind.MALFORMED.because("the inner JWS must have the new key in 'jwk'"));
        boolean fits = inner.parts().header("url").equals(signed.jws().parts().header("url"))
                && !inner.parts().header().containsKey("nonce");
        if (!fits) {
            throw Kind.MALFORMED.because("the inner JWS must have the outer one's 'url', and no 'nonce'");
        }
        inner.verify(fresh);
        Map<String, Object> said =
                Flattened.object("the inner payload", inner.parts().payload());
        if (!visit.url("account/" + account.id()).equals(said.get("account"))) {
            throw Kind.MALFORMED.because("the inner payload names another account");
        }
        boolean knowsOld = said.get("oldKey") instanceof Map<?, ?> old
                && VerificationKey.jwk(old)
                        .filter(key -> JwkThumbprint.of(key.key()).equals(account.thumbprint()))
                        .isPresent();
        if (!knowsOld) {
            throw Kind.MALFORMED.because("'oldKey' is not the account's key");
        }
        return replaced(visit, account, fresh);
    }

    private Response replaced(Visit visit, Account account, PublicKey fresh) {
        String thumbprint = JwkThumbprint.of(fresh);
        Optional<String> other = store.byKey(thumbprint, account.directory());
        return store.transact(changes -> {
            if (changes.taken(thumbprint, account.directory())) {
                throw Kind.MALFORMED
                        .because(409, "the new key has an account already")
                        .header("Location", visit.url("account/" + other.orElse(account.id())));
            }
            Account now = changes.account(account.id())
                    .filter(each -> each.status() == Account.Status.VALID)
                    .filter(each -> each.thumbprint().equals(account.thumbprint()))
                    .orElseThrow(() -> Kind.UNAUTHORIZED.because("the account changed meanwhile"));
            changes.forgetKey(now);
            changes.put(now.key(fresh));
            return Response.plain(Map.of("status", "valid", "orders", visit.url("orders")))
                    .header("Location", visit.url("account/" + account.id()));
        });
    }
}

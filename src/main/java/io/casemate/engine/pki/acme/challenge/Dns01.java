package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** RFC 8555 section 8.4: the digest of the key authorization in a TXT record. */
final class Dns01 {
    private final Lookup lookup;

    Dns01(Lookup lookup) {
        this.lookup = lookup;
    }

    Result look(Question question) {
        String name = "_acme-challenge." + question.name();
        try {
            List<String> texts = lookup.texts(name);
            String wanted = Base64.getUrlEncoder().withoutPadding().encodeToString(question.digest());
            if (texts.contains(wanted)) {
                return new Result.Proven();
            }
            return Result.unauthorized(
                    texts.isEmpty()
                            ? "there is no TXT record at " + name
                            : "none of the " + texts.size() + " TXT records at " + name + " is the one that is wanted");
        } catch (IOException e) {
            return new Result.Failed("dns", e.getMessage(), false);
        }
    }
}

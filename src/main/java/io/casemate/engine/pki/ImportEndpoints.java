package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;

/** CA certificates and keys from outside: a whole bundle goes in, or nothing of it. */
final class ImportEndpoints {
    private static final int MAX_BLOCKS = 100;

    private final Authority authority;

    ImportEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                bundle("config/ca", "pem_bundle", true),
                bundle("issuers/import/bundle", "pem_bundle", true),
                bundle("issuers/import/cert", "pem_bundle", false),
                bundle("intermediate/set-signed", "certificate", false));
    }

    private Endpoint bundle(String pattern, String field, boolean keys) {
        return at(pattern, "Takes CA certificates" + (keys ? " and their keys." : "."))
                .field(field, Field.string("PEM blocks, one after the other."))
                .on(Operation.UPDATE, exchange -> take(exchange, field, keys))
                .build();
    }

    private Response take(Exchange exchange, String field, boolean keysAllowed) {
        List<Pem.Block> blocks = Pem.decode(exchange.fields().string(field));
        if (blocks.isEmpty() || blocks.size() > MAX_BLOCKS) {
            throw Fault.badRequest("field '" + field + "': expected 1 to " + MAX_BLOCKS + " PEM blocks");
        }
        Bundle bundle = new Bundle(authority);
        for (Pem.Block block : blocks) {
            if (block.label().equals("CERTIFICATE")) {
                bundle.add(Presented.parse(block.der()));
            } else if (keysAllowed) {
                bundle.add(authority.software().decode(block));
            } else {
                throw Fault.badRequest("field '" + field + "': only blocks of the kind CERTIFICATE");
            }
        }
        return bundle.store();
    }
}

package io.casemate.hsm;

import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Cko;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** How an object is found on the token: its class, and {@code CKA_LABEL} or {@code CKA_ID} (in hex) or both. */
record KeyRef(long objectClass, String label, String id) {
    static KeyRef secret(String label, String id) {
        return new KeyRef(Cko.SECRET_KEY, label, id);
    }

    static KeyRef privateKey(String label, String id) {
        return new KeyRef(Cko.PRIVATE_KEY, label, id);
    }

    static KeyRef publicKey(String label, String id) {
        return new KeyRef(Cko.PUBLIC_KEY, label, id);
    }

    List<Attribute> template() {
        List<Attribute> template = new ArrayList<>();
        template.add(Attribute.of(Cka.CLASS, objectClass));
        template.add(Attribute.of(Cka.TOKEN, true));
        if (!label.isEmpty()) {
            template.add(Attribute.of(Cka.LABEL, label));
        }
        if (!id.isEmpty()) {
            template.add(Attribute.of(Cka.ID, HexFormat.of().parseHex(id)));
        }
        return template;
    }

    @Override
    public String toString() {
        String kind = switch ((int) objectClass) {
            case (int) Cko.SECRET_KEY -> "secret key";
            case (int) Cko.PRIVATE_KEY -> "private key";
            default -> "public key";
        };
        return kind + (label.isEmpty() ? "" : " '" + label + "'") + (id.isEmpty() ? "" : " with id 0x" + id);
    }
}

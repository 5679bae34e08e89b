package io.casemate.sys;

import io.casemate.core.Rekey;
import io.casemate.core.Rekey.Update;
import io.casemate.core.RekeyStatus;
import io.casemate.core.ShareOrder;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The three endpoints of one rekey: {@code init}, {@code update} and {@code verify}. */
record RekeyFamily(Rekey rekey, Form form) {
    /** Below {@code prefix}, each finished by {@code finish}. */
    List<Endpoint> at(String prefix, Function<Endpoint.Builder, Endpoint> finish) {
        return List.of(
                finish.apply(init(prefix + "/init")),
                finish.apply(update(prefix + "/update")),
                finish.apply(verify(prefix + "/verify")));
    }

    private Endpoint.Builder init(String pattern) {
        return Endpoint.at(
                        pattern,
                        "New shares by agreement of the holders of the present ones: how far it is, start, cancel.")
                .fields(order())
                .on(Operation.READ, _ -> form.of(RekeyMembers.status(rekey.status())))
                .on(Operation.UPDATE, exchange -> form.of(RekeyMembers.status(start(exchange.fields()))))
                .on(Operation.DELETE, exchange -> {
                    rekey.cancel(exchange.fields().string("nonce"));
                    return Response.none();
                });
    }

    private Endpoint.Builder update(String pattern) {
        return Endpoint.at(pattern, "Gives one present share; the last one needed answers the new shares.")
                .fields(ShareFields.share())
                .on(Operation.UPDATE, exchange -> form.of(update(exchange.fields())));
    }

    private Endpoint.Builder verify(String pattern) {
        return Endpoint.at(
                        pattern, "Gives one new share; with the last one needed they become valid. Progress; restart.")
                .fields(ShareFields.share())
                .on(Operation.READ, _ -> form.of(RekeyMembers.verification(rekey.verification())))
                .on(Operation.UPDATE, exchange -> form.of(verify(exchange.fields())))
                .on(Operation.DELETE, _ -> form.of(RekeyMembers.verification(rekey.restartVerification())));
    }

    private static Map<String, Field> order() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("secret_shares", Field.integer(0, "How many new shares."));
        fields.put("secret_threshold", Field.integer(0, "How many of them will suffice."));
        fields.put("pgp_keys", Field.strings("One OpenPGP public key for each share, in base64."));
        fields.put("recipients", Field.strings(ShareFields.RECIPIENTS));
        fields.put("backup", Field.flag(false, "Keeps the encrypted shares until they are deleted."));
        fields.put("require_verification", Field.flag(false, "Nothing changes before enough new shares were shown."));
        fields.put("nonce", Field.string("Of the attempt to cancel; not needed."));
        return fields;
    }

    private RekeyStatus start(Fields fields) {
        ShareOrder order = new ShareOrder(
                fields.integer("secret_shares"),
                fields.integer("secret_threshold"),
                fields.strings("pgp_keys"),
                fields.strings("recipients"));
        return rekey.start(order, fields.flag("backup"), fields.flag("require_verification"));
    }

    private Map<String, Object> update(Fields fields) {
        try (SecretBytes share = ShareFields.share(fields)) {
            Update update = rekey.update(share, fields.string("nonce"));
            if (update.issued().isEmpty()) {
                return RekeyMembers.status(update.status());
            }
            try (IssuedShares issued = update.issued().get()) {
                return RekeyMembers.issued(update.status(), issued);
            }
        }
    }

    private Map<String, Object> verify(Fields fields) {
        try (SecretBytes share = ShareFields.share(fields)) {
            String nonce = fields.string("nonce");
            return rekey.verify(share, nonce)
                    ? RekeyMembers.verified(nonce)
                    : RekeyMembers.verification(rekey.verification());
        }
    }
}

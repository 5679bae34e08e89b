package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmEvidence;
import io.casemate.hsm.KeyEvidence;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code sys/seal/evidence}: what the tokens say of their keys. A policy with {@code read} is enough, without {@code sudo}:
 * it is for auditors, who should not need more, and tells nothing secret.
 */
public final class EvidenceEndpoints {
    private final Map<String, Hsm> tokens;

    /** @param tokens by the names of their seals, in the order in which they are asked */
    public EvidenceEndpoints(Map<String, Hsm> tokens) {
        this.tokens = new LinkedHashMap<>(tokens);
    }

    /** It answers only while unsealed. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("seal/evidence", "What the HSMs say of themselves and of the keys in them.")
                .on(Operation.READ, _ -> Response.of(seals()))
                .build());
    }

    private Map<String, Object> seals() {
        Map<String, Object> seals = new LinkedHashMap<>();
        tokens.forEach((name, token) -> seals.put(name, seal(token)));
        return Map.of("seals", seals);
    }

    /** One token that does not answer must not hide the others. */
    private static Map<String, Object> seal(Hsm token) {
        try {
            return members(token.evidence());
        } catch (FaultException e) {
            if (e.fault() instanceof HsmFailed) {
                return Map.of("error", e.getMessage());
            }
            throw e;
        }
    }

    private static Map<String, Object> members(HsmEvidence evidence) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token_label", evidence.tokenLabel());
        members.put("serial", evidence.serial());
        members.put("manufacturer", evidence.manufacturer());
        members.put("model", evidence.model());
        members.put("firmware", evidence.firmware());
        members.put("library", evidence.library());
        members.put("complete", evidence.complete());
        members.put(
                "keys", evidence.keys().stream().map(EvidenceEndpoints::members).toList());
        return members;
    }

    /** {@code null} stands for what the token does not tell. */
    private static Map<String, Object> members(KeyEvidence key) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("class", key.objectClass());
        members.put("label", key.label());
        members.put("id", key.id());
        members.put("type", key.type().isEmpty() ? null : key.type());
        members.put("bits", key.bits() == 0 ? null : key.bits());
        KeyEvidence.ATTRIBUTES.forEach(
                name -> members.put(name, key.attributes().get(name)));
        members.put("allowed_mechanisms", key.allowedMechanisms().isEmpty() ? null : key.allowedMechanisms());
        members.put(
                "certificates",
                key.certificates().stream()
                        .map(Base64.getEncoder()::encodeToString)
                        .toList());
        return members;
    }
}

package io.casemate.bootstrap;

import io.casemate.audit.AuditBroker.DeviceState;
import io.casemate.audit.AuditDeviceConfig;
import io.casemate.audit.AuditTable;
import io.casemate.config.SealConfig;
import io.casemate.config.ServerConfig;
import io.casemate.core.EmergencyShares;
import io.casemate.core.SealHealth;
import io.casemate.core.SealStatus;
import io.casemate.core.SealWatch;
import io.casemate.core.Unsealer;
import io.casemate.doctor.Facts;
import io.casemate.doctor.RunningVm;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.KeyEvidence;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.FaultException;
import io.casemate.token.RootTokens;
import io.casemate.token.TokenStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the server knows of itself and a doctor asks; docs/doctor.md lists the members. */
final class DoctorFacts {
    /** A server with more tokens is not searched to the end for root tokens. */
    private static final int MOST_TOKENS = 200_000;

    private static final List<String> ASKED_OF_KEYS =
            List.of("local", "sensitive", "extractable", "never_extractable", "private");

    private final ServerConfig config;
    private final Map<String, Hsm> hsms;
    private final Guards guards;
    private final TokenStore tokens;
    private final AuditTable audit;

    /** Who watches over the seals. */
    record Guards(Unsealer unsealer, SealWatch watch, EmergencyShares emergency) {}

    DoctorFacts(ServerConfig config, Map<String, Hsm> hsms, Guards guards, TokenStore tokens, AuditTable audit) {
        this.config = config;
        this.hsms = hsms;
        this.guards = guards;
        this.tokens = tokens;
        this.audit = audit;
    }

    /** As they are now, fewer while sealed; {@code listener} is what the listener knows of itself. */
    Facts now(Map<String, Object> listener) {
        Map<String, Object> facts = new LinkedHashMap<>(listener);
        facts.putAll(RunningVm.members());
        SealStatus status = guards.unsealer().status();
        facts.put("tls_key", config.listener().key().toString());
        facts.put("seals", seals());
        if (!status.sealed()) {
            facts.putAll(opened(status));
        }
        facts.put("open_ceremonies", config.openCeremonies().stream().sorted().toList());
        facts.put("open_metrics", config.openMetrics());
        return new Facts(facts);
    }

    /** What only an open store tells. */
    private Map<String, Object> opened(SealStatus status) {
        Map<String, Object> facts = new LinkedHashMap<>();
        RootTokens roots = tokens.rootTokens(MOST_TOKENS);
        facts.put("share_threshold", status.threshold());
        facts.put("shares", status.shares());
        facts.put("emergency_shares", guards.emergency().present().isPresent());
        facts.put("root_tokens", roots.count());
        facts.put("root_tokens_complete", roots.complete());
        facts.put("audit_devices", audit.list().stream().map(this::device).toList());
        facts.put("audit_files", auditFiles());
        return facts;
    }

    private List<Object> seals() {
        List<Object> all = new ArrayList<>();
        SealHealth health = guards.watch().health();
        for (SealConfig seal : config.seals()) {
            if (seal.disabled()) {
                continue;
            }
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("name", seal.name());
            members.put("type", seal instanceof SealConfig.Pkcs11 ? "pkcs11" : "shamir");
            members.put(
                    "healthy",
                    health.backends().stream()
                            .filter(backend -> backend.name().equals(seal.name()))
                            .allMatch(SealHealth.Backend::healthy));
            if (seal instanceof SealConfig.Pkcs11 pkcs11) {
                device(pkcs11, members);
            }
            all.add(members);
        }
        return all;
    }

    /** An HSM that does not answer tells nothing of its keys: the check of them is unknown then. */
    private void device(SealConfig.Pkcs11 seal, Map<String, Object> members) {
        Hsm hsm = hsms.get(seal.name());
        members.put("pin_source", seal.pin().toString().split(":", 2)[0]);
        members.put("pin_state", hsm.health().pin().name().toLowerCase(Locale.ROOT));
        try {
            members.put(
                    "keys",
                    hsm.evidence().keys().stream()
                            .filter(key -> named(seal.key(), key))
                            .map(DoctorFacts::key)
                            .toList());
        } catch (FaultException e) {
            members.put("keys_error", String.valueOf(e.getMessage()));
        }
    }

    private static boolean named(WrappingKeySettings wanted, KeyEvidence key) {
        List<String> labels = List.of(wanted.keyLabel(), wanted.hmacKeyLabel(), wanted.keyLabel() + "-hmac");
        List<String> ids = List.of(wanted.keyId(), wanted.hmacKeyId());
        return (!key.label().isEmpty() && labels.contains(key.label()))
                || (!key.id().isEmpty() && ids.contains(key.id()));
    }

    private static Map<String, Object> key(KeyEvidence key) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("label", key.label().isEmpty() ? key.id() : key.label());
        for (String name : ASKED_OF_KEYS) {
            if (key.attributes().containsKey(name)) {
                members.put(name, key.attributes().get(name));
            }
        }
        return members;
    }

    private Map<String, Object> device(AuditDeviceConfig device) {
        Optional<DeviceState> state = audit.state(device.path());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("path", device.path());
        members.put("type", device.type());
        members.put("log_raw", "true".equalsIgnoreCase(device.options().get("log_raw")));
        members.put("failing", state.flatMap(DeviceState::failingSince).isPresent());
        return members;
    }

    private List<String> auditFiles() {
        return audit.list().stream()
                .flatMap(device -> Optional.ofNullable(device.options().get("file_path")).stream())
                .toList();
    }
}

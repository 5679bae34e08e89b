package io.casemate.hsm.broker;

import io.casemate.hsm.HsmEvidence;
import io.casemate.hsm.KeyEvidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link HsmEvidence} as bytes and back: its members in their order. */
final class EvidenceValues {
    private static final int MOST = 1 << 12;

    private EvidenceValues() {}

    static void write(FrameWriter out, HsmEvidence evidence) {
        out.text(evidence.tokenLabel()).text(evidence.manufacturer()).text(evidence.model());
        out.text(evidence.serial()).text(evidence.firmware()).text(evidence.library());
        out.u32(evidence.keys().size());
        evidence.keys().forEach(key -> write(out, key));
        out.flag(evidence.complete());
    }

    static HsmEvidence read(FrameReader in) throws MalformedFrameException {
        return new HsmEvidence(
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                list(in, EvidenceValues::key),
                in.flag());
    }

    private static void write(FrameWriter out, KeyEvidence key) {
        out.text(key.objectClass()).text(key.label()).text(key.id());
        out.text(key.type()).u32(key.bits());
        out.u32(key.attributes().size());
        key.attributes().forEach((name, value) -> out.text(name).flag(value));
        out.u32(key.allowedMechanisms().size());
        key.allowedMechanisms().forEach(out::text);
        out.u32(key.certificates().size());
        key.certificates().forEach(out::bytes);
    }

    private static KeyEvidence key(FrameReader in) throws MalformedFrameException {
        return new KeyEvidence(
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.u32(),
                attributes(in),
                list(in, FrameReader::text),
                list(in, FrameReader::bytes));
    }

    private static Map<String, Boolean> attributes(FrameReader in) throws MalformedFrameException {
        Map<String, Boolean> attributes = new LinkedHashMap<>();
        for (int left = in.number(0, MOST); left > 0; left--) {
            attributes.put(in.text(), in.flag());
        }
        return attributes;
    }

    private static <T> List<T> list(FrameReader in, BrokerCalls.Result<T> item) throws MalformedFrameException {
        List<T> items = new ArrayList<>();
        for (int left = in.number(0, MOST); left > 0; left--) {
            items.add(item.read(in));
        }
        return items;
    }
}

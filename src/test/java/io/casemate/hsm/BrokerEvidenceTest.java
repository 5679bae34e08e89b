package io.casemate.hsm;

import io.casemate.hsm.broker.ThreadBroker;

/** The same through the broker's protocol. */
class BrokerEvidenceTest extends HsmEvidenceTest {
    @Override
    Hsm open(HsmSettings settings) {
        return ThreadBroker.open(settings);
    }
}

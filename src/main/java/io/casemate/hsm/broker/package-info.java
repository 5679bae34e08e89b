/**
 * The HSM in another process, so that a vendor's library that crashes or hangs takes nobody with it: {@code BrokerHsm} on
 * the server's side, {@code BrokerService} on the other, and the frames of docs/formats/hsm-broker.md between them.
 */
package io.casemate.hsm.broker;

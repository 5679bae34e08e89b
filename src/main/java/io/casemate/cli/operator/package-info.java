/** What whoever runs a server asks of it: seals, keys, snapshots, state, log, usage, and the doctor's examination. */
package io.casemate.cli.operator;

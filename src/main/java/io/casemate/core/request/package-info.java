/**
 * The one road that every request takes while the server is unsealed, and the stations at it: gate, quotas, logins, leases and
 * wrapping of what is answered, and who is counted. docs/architecture.md has the order of its steps.
 */
package io.casemate.core.request;

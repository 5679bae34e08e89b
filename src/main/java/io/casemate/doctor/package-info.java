/** Proves the hardening of a machine and of the server on it: checks as data, evidence from the running kernel, a report. */
package io.casemate.doctor;

/** {@code secrets ...}, {@code auth ...} and {@code audit ...}: what is mounted where. */
package io.casemate.cli.mount;

/**
 * What a process has of its own machine: environment, terminal, the files the user names, the stored token, and the two ways to
 * end, an exit code and a {@link io.casemate.cli.local.CliFailure}. It knows no server and no command.
 */
package io.casemate.cli.local;

/**
 * The command line: an ordinary client that speaks HTTP to a server and knows nothing of its insides.
 *
 * <p>Flags, environment variables, output and exit codes are those a Vault user knows. Commands are data ({@link
 * io.casemate.cli.command.Command}), so help, dispatch and completion come from one description. Here is the entry, the
 * catalogue of all commands, and what is made from it; the packages below are storeys, each of which uses lower ones only.
 */
package io.casemate.cli;

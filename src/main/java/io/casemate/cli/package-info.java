/**
 * The command line: an ordinary client that speaks HTTP to a server and knows nothing of its insides.
 *
 * <p>Flags, environment variables, output and exit codes are those a Vault user knows. Commands are data ({@link
 * io.casemate.cli.Command}), so help, dispatch and completion come from one description.
 */
package io.casemate.cli;

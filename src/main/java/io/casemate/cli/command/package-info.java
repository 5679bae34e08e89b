/**
 * What a command is: a value with its help and flags, and the {@link io.casemate.cli.command.Session} that it runs in. Every
 * package of commands stands on this one and on what lies below it; only the catalogue names the commands.
 */
package io.casemate.cli.command;

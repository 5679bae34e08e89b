/**
 * The words of a command line, sorted into flags, arguments and data, as Go's clients read them. What a flag means is the
 * command's matter.
 */
package io.casemate.cli.flag;

/** Results in the format the user chose: tables, JSON, YAML, or one field. */
package io.casemate.cli.output;

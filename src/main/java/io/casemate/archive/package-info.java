/** The container of snapshots: tar, gzip and sums. Sees ciphertext only; used by the server and by the command line. */
package io.casemate.archive;

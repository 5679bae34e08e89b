/** {@code casemate install}: from a fresh machine with an HSM to a server that people can log in to, without hands. */
package io.casemate.bootstrap.install;

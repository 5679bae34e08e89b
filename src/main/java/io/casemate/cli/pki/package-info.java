/** {@code pki ...}: certificate authorities and certificates, explained, checked and issued. */
package io.casemate.cli.pki;

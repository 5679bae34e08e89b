/**
 * The ceremonies of the holders of shares: initialisation, new shares, a root token; and what they are told about shares and
 * the keys that these are encrypted to.
 */
package io.casemate.cli.ceremony;

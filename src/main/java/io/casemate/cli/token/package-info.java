/** What lets the user in and for how long: {@code login ...}, {@code token ...} and {@code lease ...}. */
package io.casemate.cli.token;

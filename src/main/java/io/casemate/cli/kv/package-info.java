/** {@code kv ...}: secrets of the kv engine, by the path the user knows rather than the API's. */
package io.casemate.cli.kv;

/**
 * What a server does with its keys and on the way of a request.
 *
 * <p>Here is the barrier's opening and shutting, by seals or by shares, with the ceremonies that change these. They stay
 * together: each hands root key and records to the next, and none of that is public. The packages below stand on this one and
 * not on each other.
 */
package io.casemate.core;

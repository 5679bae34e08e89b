/** What an open server does by itself now and then: ends old tokens, turns the barrier's key, watches clock and store. */
package io.casemate.core.upkeep;

package io.casemate.token;

/**
 * How many tokens live that may do everything.
 *
 * @param complete whether every stored token was looked at; if not, there may be more
 */
public record RootTokens(long count, boolean complete) {}

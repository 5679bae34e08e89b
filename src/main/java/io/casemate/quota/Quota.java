package io.casemate.quota;

/**
 * A quota as an operator set it.
 *
 * @param name unique among those of its kind
 * @param inheritable kept for clients; there are no child namespaces
 */
public record Quota(String name, Scope scope, Limit limit, boolean inheritable) {}

package io.casemate.identity;

import io.casemate.kernel.Identity;

/**
 * Who logged in.
 *
 * @param created the entity was made by this login
 */
public record Recognised(Identity identity, boolean created) {}

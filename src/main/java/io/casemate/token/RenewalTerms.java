package io.casemate.token;

import io.casemate.engine.SecretsEngine.Ttls;
import java.time.Duration;
import java.util.List;

/**
 * What bounds the renewal of a token now, whatever it was when the token was made.
 *
 * @param ttl life from now when the client wishes none; zero for the limits' default
 * @param period zero when it is not periodic
 * @param explicitMax the longest life since the token was made, where that is less than its own; zero for none
 * @param warnings what the client should know besides
 */
public record RenewalTerms(Duration ttl, Duration period, Duration explicitMax, Ttls limits, List<String> warnings) {}

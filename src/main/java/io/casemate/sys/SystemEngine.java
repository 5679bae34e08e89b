package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import java.util.List;

/** The {@code sys/} tree as an engine like the others, put together from its parts. */
public record SystemEngine(List<Endpoint> endpoints) implements SecretsEngine {}

package io.casemate.core;

/**
 * What the server says of itself.
 *
 * @param version of the API, a plain semantic version: clients parse it and enable features by it
 * @param own Casemate's own version
 * @param buildDate RFC 3339
 * @param storageType a word for the storage
 * @param clusterName a name for people
 */
public record ProductInfo(String version, String own, String buildDate, String storageType, String clusterName) {}

package io.casemate.core;

/**
 * What the server says of itself.
 *
 * @param version a plain semantic version: clients parse it and enable features by it
 * @param buildDate RFC 3339
 * @param storageType a word for the storage
 * @param clusterName a name for people
 */
public record ProductInfo(String version, String buildDate, String storageType, String clusterName) {}

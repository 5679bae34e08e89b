package io.casemate.hsm;

/** How a key is named: label, and {@code CKA_ID} in hex; either may be empty, not both. */
record KeyName(String label, String id) {}

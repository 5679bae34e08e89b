package io.casemate.config;

/** What a start does when the machine fails a check of {@code casemate doctor} (ADR 0029). */
public enum DoctorMode {
    /** Nothing is looked at. */
    OFF,
    /** The log tells of every finding that is fatal or high; the server starts. */
    WARN,
    /** The same, and the server does not start while one is fatal. */
    ENFORCE
}

/** Counting and timing. The one room that knows the metrics library; others get {@code Timer}s and {@code Count}s. */
package io.casemate.metrics;

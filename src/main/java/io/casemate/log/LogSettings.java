package io.casemate.log;

import java.lang.System.Logger.Level;

/** What the server's log looks like; {@code level} is the least severe one written. */
public record LogSettings(Format format, Level level) {
    /** JSON, from informative upwards. */
    public static final LogSettings DEFAULT = new LogSettings(Format.JSON, Level.INFO);

    /** One line per event either way. */
    public enum Format {
        /** An object per line, for collectors. */
        JSON,
        /** For eyes. */
        TEXT
    }
}

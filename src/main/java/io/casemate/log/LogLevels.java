package io.casemate.log;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** How much each room logs, changed while the server runs. A restart goes back to what the configuration says. */
public final class LogLevels {
    private static final String OURS = "casemate";
    private static final String PREFIX = OURS + ".";
    private static final Map<String, Level> WORDS = Map.of(
            "trace", Level.FINER,
            "debug", Level.FINE,
            "info", Level.INFO,
            "notice", Level.INFO,
            "warn", Level.WARNING,
            "warning", Level.WARNING,
            "err", Level.SEVERE,
            "error", Level.SEVERE);

    private final System.Logger.Level configured;

    /** A logger of java.util.logging lives only as long as somebody holds it. */
    private final Map<String, Logger> held = new ConcurrentHashMap<>();

    /** @param configured what {@link #reset} goes back to */
    public LogLevels(System.Logger.Level configured) {
        this.configured = configured;
    }

    /** Words that {@link #set} takes. */
    public static boolean known(String word) {
        return WORDS.containsKey(word);
    }

    static Level level(String word) {
        return WORDS.get(word);
    }

    /** Rooms that have logged or could, without the product's name, with the word of their level. */
    public SortedMap<String, String> all() {
        SortedMap<String, String> all = new TreeMap<>();
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            if (name.startsWith(PREFIX)) {
                all.put(name.substring(PREFIX.length()), word(effective(Logger.getLogger(name))));
            }
        }
        return all;
    }

    /** Sets one room's level, a {@linkplain #known known} word. */
    public void set(String room, String word) {
        Logger logger = Logger.getLogger(PREFIX + room);
        held.put(room, logger);
        logger.setLevel(WORDS.get(word));
    }

    /** Sets the level of all rooms. */
    public void setAll(String word) {
        forget();
        Logger.getLogger(OURS).setLevel(WORDS.get(word));
    }

    /** Lets a room log as the others do. */
    public void reset(String room) {
        Logger.getLogger(PREFIX + room).setLevel(null);
        held.remove(room);
    }

    /** Goes back to the configuration. */
    public void resetAll() {
        forget();
        Logger.getLogger(OURS).setLevel(ServerLog.level(configured));
    }

    private void forget() {
        for (String room : all().keySet()) {
            reset(room);
        }
    }

    private static Level effective(Logger logger) {
        Logger at = logger;
        while (at != null && at.getLevel() == null) {
            at = at.getParent();
        }
        return at == null ? Level.INFO : at.getLevel();
    }

    private static String word(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (value >= Level.WARNING.intValue()) {
            return "warn";
        }
        if (value >= Level.INFO.intValue()) {
            return "info";
        }
        return value >= Level.FINE.intValue() ? "debug" : "trace";
    }
}

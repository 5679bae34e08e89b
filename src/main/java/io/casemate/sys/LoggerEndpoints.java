package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.log.LogLevels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code sys/loggers*}: how much the server logs, until it is restarted. */
public final class LoggerEndpoints {
    private static final Field LEVEL = Field.string("trace, debug, info, warn or error.");

    private final LogLevels levels;

    /** Changes {@code levels}. */
    public LoggerEndpoints(LogLevels levels) {
        this.levels = levels;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at(
                                "loggers",
                                "The level of every logger; sets all of them, or goes back to the configuration.")
                        .field("level", LEVEL)
                        .on(Operation.READ, _ -> Response.of(new TreeMap<>(levels.all())))
                        .on(Operation.UPDATE, exchange -> {
                            levels.setAll(level(exchange.fields().string("level")));
                            return Response.none();
                        })
                        .on(Operation.DELETE, _ -> {
                            levels.resetAll();
                            return Response.none();
                        })
                        .build(),
                Endpoint.at("loggers/{name}", "The level of one logger.")
                        .field("level", LEVEL)
                        .on(Operation.READ, exchange -> {
                            String name = known(exchange.fields().string("name"));
                            return Response.of(Map.of(name, levels.all().get(name)));
                        })
                        .on(Operation.UPDATE, exchange -> {
                            levels.set(
                                    known(exchange.fields().string("name")),
                                    level(exchange.fields().string("level")));
                            return Response.none();
                        })
                        .on(Operation.DELETE, exchange -> {
                            levels.reset(known(exchange.fields().string("name")));
                            return Response.none();
                        })
                        .build());
    }

    private String known(String name) {
        if (!levels.all().containsKey(name)) {
            throw Fault.badRequest("logger \"" + name + "\" not found; there are "
                    + levels.all().keySet());
        }
        return name;
    }

    private static String level(String sent) {
        String word = sent.strip().toLowerCase(Locale.ROOT);
        if (!LogLevels.known(word)) {
            throw Fault.badRequest("field 'level': expected trace, debug, info, warn or error");
        }
        return word;
    }
}

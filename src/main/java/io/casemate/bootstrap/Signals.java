package io.casemate.bootstrap;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Runs an action when the process gets a signal. The JDK's handler class is there on every JDK but not in the platform's
 * API, so it is reached by name; where it is missing the signal keeps its default meaning.
 */
public final class Signals {
    private static final System.Logger LOG = System.getLogger("casemate.bootstrap");

    private Signals() {}

    /**
     * Runs {@code action} on each signal.
     *
     * @param name without {@code SIG}, such as {@code HUP}
     * @return false when it never will, because who started the process had the signal ignored, as {@code nohup} does
     */
    public static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            Thread.startVirtualThread(action);
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                        default -> name;
                    });
            Object named = signal.getConstructor(String.class).newInstance(name);
            Object former = signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
            return !handler.getField("SIG_IGN").get(null).equals(former);
        } catch (InvocationTargetException e) {
            LOG.log(System.Logger.Level.WARNING, "SIG" + name + " cannot be handled", e.getCause());
            return true;
        } catch (ReflectiveOperationException e) {
            LOG.log(System.Logger.Level.WARNING, "no handler for SIG" + name + " on this JDK", e);
            return true;
        }
    }
}

package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A port that somebody listens on.
 *
 * @param loopback reachable from this machine only
 */
record Listening(String protocol, int port, boolean loopback, int user, String inode) {
    private static final String LISTEN = "0A";
    private static final String UNCONNECTED = "07";

    /** Those of TCP, from {@code /proc/net/tcp} and {@code tcp6}. */
    static List<Listening> tcp(Machine machine) {
        return all(machine, "tcp", LISTEN);
    }

    /** Those of UDP that are bound and connected to nobody: whoever sends there is heard. */
    static List<Listening> udp(Machine machine) {
        return all(machine, "udp", UNCONNECTED);
    }

    private static List<Listening> all(Machine machine, String protocol, String state) {
        List<Listening> all = new ArrayList<>();
        String version4 = machine.text("/proc/net/" + protocol);
        String version6 = machine.find("/proc/net/" + protocol + "6").orElse("");
        for (String table : List.of(version4, version6)) {
            table.lines().skip(1).map(line -> line.strip().split("\\s+")).forEach(words -> {
                if (words[3].equals(state)) {
                    int colon = words[1].indexOf(':');
                    all.add(new Listening(
                            protocol,
                            Integer.parseInt(words[1].substring(colon + 1), 16),
                            loopback(words[1].substring(0, colon)),
                            Integer.parseInt(words[7]),
                            words[9]));
                }
            });
        }
        return all;
    }

    /** The kernel writes addresses as words of the processor's own byte order: little-endian here. */
    private static boolean loopback(String address) {
        return address.length() == 8
                ? address.endsWith("7F")
                : address.equals("00000000000000000000000001000000")
                        || (address.startsWith("0000000000000000FFFF0000") && address.endsWith("7F"));
    }

    /** The ports, without duplicates. */
    static Set<Integer> ports(List<Listening> listeners) {
        Set<Integer> ports = new TreeSet<>();
        listeners.forEach(each -> ports.add(each.port()));
        return ports;
    }
}

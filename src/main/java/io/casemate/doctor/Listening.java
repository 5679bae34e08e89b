package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A TCP port that somebody listens on.
 *
 * @param loopback reachable from this machine only
 */
record Listening(int port, boolean loopback, int user, String inode) {
    private static final String LISTEN = "0A";

    /** All of them, from {@code /proc/net/tcp} and {@code tcp6}. */
    static List<Listening> all(Machine machine) {
        List<Listening> all = new ArrayList<>();
        String version4 = machine.text("/proc/net/tcp");
        String version6 = machine.find("/proc/net/tcp6").orElse("");
        for (String table : List.of(version4, version6)) {
            table.lines().skip(1).map(line -> line.strip().split("\\s+")).forEach(words -> {
                if (words[3].equals(LISTEN)) {
                    int colon = words[1].indexOf(':');
                    all.add(new Listening(
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

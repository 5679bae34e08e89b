package io.casemate.doctor;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who can reach the machine. */
final class NetworkChecks {
    private static final Set<String> SHELLS = Set.of("sshd", "sshd-session", "dropbear", "in.telnetd", "telnetd");
    private static final Set<Integer> SHELL_PORTS = Set.of(22, 23);
    private static final Set<String> DESKTOPS = Set.of(
            "xrdp", "xrdp-sesman", "Xvnc", "x11vnc", "gnome-remote-de", "krfb", "Xorg", "gnome-shell", "cockpit-ws");
    private static final Set<Integer> DESKTOP_PORTS = Set.of(3389, 5900, 5901, 5902, 5903, 6000, 9090);

    static final List<Check> ALL = List.of(
            Check.at("network.ssh", Practice.NO_REMOTE_LOGIN, Severity.HIGH)
                    .title("People can log in to the machine over the network")
                    .why("Whoever has a shell as root has the keys. The server is operated through its API.")
                    .from("running programs in /proc, listening ports in /proc/net/tcp")
                    .remedy("hardening/harden --apply ssh (it comes back by itself unless you confirm)")
                    .probe(scene -> none(scene, SHELLS, SHELL_PORTS)),
            Check.at("network.desktop", Practice.NO_REMOTE_LOGIN, Severity.HIGH)
                    .title("The machine offers a desktop or a remote console")
                    .why("A desktop is a large program that listens to strangers beside your keys.")
                    .from("running programs in /proc, listening ports in /proc/net/tcp")
                    .remedy("hardening/harden --apply ssh")
                    .probe(scene -> none(scene, DESKTOPS, DESKTOP_PORTS)),
            Check.at("network.listeners", Practice.TENANCY, Severity.MEDIUM)
                    .title("Other services listen on the network")
                    .why("Each of them is a way in to the machine that holds the keys.")
                    .from("/proc/net/tcp, tcp6, udp and udp6 against the sockets in /proc/PID/fd")
                    .remedy("Stop them or bind them to 127.0.0.1: ss -ltunp names them")
                    .probe(NetworkChecks::listeners),
            Check.at("network.firewall", Practice.FIREWALL, Severity.HIGH)
                    .title("The machine takes connections that no rule permits")
                    .why("Only permitted subnets need to reach the server.")
                    .from("nft -j list ruleset: the chains on the hook input")
                    .remedy("hardening/harden --apply firewall, with the subnets in /etc/casemate/hardening.conf")
                    .probe(scene -> Ruleset.read(scene.tools()).closed("input")),
            Check.at("network.outbound", Practice.FIREWALL, Severity.MEDIUM)
                    .title("The machine may connect to anywhere")
                    .why("What an intruder takes has to leave: only time, HSM and databases are needed outbound.")
                    .from("nft -j list ruleset: the chains on the hook output")
                    .remedy("hardening/harden --apply firewall, with what is needed in /etc/casemate/hardening.conf")
                    .probe(scene -> Ruleset.read(scene.tools()).closed("output")));

    private NetworkChecks() {}

    private static Finding none(ExaminationContext scene, Set<String> names, Set<Integer> ports) {
        Map<Long, String> running = Processes.programs(scene.machine());
        running.values().retainAll(names);
        Set<Integer> open = Listening.ports(Listening.tcp(scene.machine()));
        open.retainAll(ports);
        return Finding.of(
                running.isEmpty() && open.isEmpty(),
                running.isEmpty() && open.isEmpty()
                        ? "none runs, none of the ports "
                                + ports.stream().sorted().toList() + " is open"
                        : "running: " + Processes.shown(running) + "; ports: " + open);
    }

    private static Finding listeners(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        Set<String> own = new HashSet<>();
        for (String number : scene.machine().names(server.home() + "fd")) {
            scene.machine().link(server.home() + "fd/" + number).ifPresent(own::add);
        }
        if (own.isEmpty()) {
            return Finding.unknown(server.home() + "fd shows nothing");
        }
        List<Listening> others = Stream.concat(
                        Listening.tcp(scene.machine()).stream(), Listening.udp(scene.machine()).stream())
                .filter(each -> !each.loopback() && !own.contains("socket:[" + each.inode() + "]"))
                .toList();
        return Finding.of(
                others.isEmpty(),
                others.isEmpty()
                        ? "nobody but " + server
                        : others.stream()
                                .map(each -> each.protocol() + " port " + each.port() + " of user " + each.user())
                                .distinct()
                                .collect(Collectors.joining(", ")));
    }
}

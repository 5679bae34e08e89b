#!/usr/bin/python3
"""selinux.py POLICY : what the policy with our module must and must not allow, asked of the compiled policy (setools).
Attributes are expanded, and rules behind booleans are looked at with their boolean. Last line: N passed, N failed."""
import functools
import sys

import setools

POLICY = setools.SELinuxPolicy(sys.argv[1])
OURS = {"casemate_t", "casemate_hsm_t"}
# What Fedora's and RHEL's base policies give about every domain, whatever a module says, in some of their versions.
FEDORA = "unconfined_service_t" in {str(each) for each in POLICY.types()}
ENTERS = {"init_t", "unconfined_t"} if FEDORA else {"init_t"}
BECOMES = {"abrt_helper_t"} if FEDORA else set()
passed = failed = 0


@functools.cache
def expanded(name):
    return frozenset(str(each) for each in name.expand())


def allowed():
    """(source types, target types, class, permissions, boolean or None) of each allow rule, in one walk."""
    for rule in POLICY.terules():
        if rule.ruletype == setools.TERuletype.allow:
            try:
                condition = str(rule.conditional)
            except setools.exception.RuleNotConditional:
                condition = None
            yield expanded(rule.source), expanded(rule.target), str(rule.tclass), frozenset(map(str, rule.perms)), condition


ASKED = {"casemate_var_lib_t", "casemate_hsm_var_lib_t", "casemate_tls_t", "casemate_cred_t", "casemate_conf_t",
         "casemate_hsm_conf_t", "casemate_log_t", "casemate_runtime_t", "casemate_unit_file_t", "etc_t", *OURS}
RULES = [rule for rule in allowed() if rule[0] & OURS or rule[1] & ASKED]


def sources(target, tclass, *perms):
    """Who may, with or without a boolean."""
    return {s for froms, to, c, found, _ in RULES if target in to and c == tclass and found & set(perms) for s in froms}


def targets(source, tclass, *perms, condition=None):
    """What it may be done to; with a condition, only what the boolean adds."""
    return {
        source if t == "self" else t
        for froms, to, c, found, when in RULES
        if source in froms and c == tclass and found & set(perms) and when == condition
        for t in to
    }


def within(found, most, least=frozenset()):
    """What is found, or the most that may be, when it is between the two."""
    return most if least <= found <= most else found


def check(text, found, expected):
    global passed, failed
    if found == expected:
        passed += 1
        print("ok     ", text)
    else:
        failed += 1
        print(f"FAILED  {text}\n        found: {found}\n        expected: {expected}")


for store, owner in (("casemate_var_lib_t", "casemate_t"), ("casemate_hsm_var_lib_t", "casemate_hsm_t")):
    check(f"only {owner} reads the files of {store}", sources(store, "file", "read"), {owner})
    for perm in ("write", "append", "create", "unlink", "open", "map"):
        owners = {owner} if (perm, owner) != ("map", "casemate_hsm_t") else set()
        check(f"only {owner} may {perm} there", sources(store, "file", perm), owners)
    check("nobody executes there", sources(store, "file", "execute"), set())
    check(f"only it and the keepers list {store}", sources(store, "dir", "read") - {"rpm_t", "rpm_script_t"}, {owner, "init_t", "setfiles_t"})

    check(f"root's doctor learns owner and mode of a file in {store} that it names", "unconfined_t" in sources(store, "file", "getattr"), True)

check("the server's key is not the HSM process's to read", "casemate_hsm_t" in sources("casemate_tls_t", "file", "read"), False)
check("nor is its configuration", "casemate_hsm_t" in sources("casemate_conf_t", "file", "read"), False)
check("neither reads the stored PIN", OURS & sources("casemate_cred_t", "file", "read"), set())
for kind in ("casemate_cred_t", "casemate_conf_t"):
    check(f"systemd reads {kind}, to hand it over as a credential", all("init_t" in sources(kind, "file", perm) for perm in ("read", "open")), True)
check("logrotate's domain reloads the server's unit", "logrotate_t" in sources("casemate_unit_file_t", "service", "reload"), True)
check("and reads, moves, makes and removes audit files", all("logrotate_t" in sources("casemate_log_t", "file", perm) for perm in ("read", "rename", "create", "unlink")), True)
check("chrony reads the servers that the hardening names, which lie in /etc beside its configuration", "chronyd_t" in sources("etc_t", "file", "read"), True)
check("and not what lies in /etc/casemate", "chronyd_t" in sources("casemate_conf_t", "file", "read"), False)
check("the HSM's process reads its own configuration", "casemate_hsm_t" in sources("casemate_hsm_conf_t", "file", "read"), True)
check("the server does not", "casemate_t" in sources("casemate_hsm_conf_t", "file", "read"), False)
check("the audit file is appended to", "casemate_t" in sources("casemate_log_t", "file", "append"), True)
for perm in ("write", "unlink", "rename", "link"):
    check(f"and the server may not {perm} it", "casemate_t" in sources("casemate_log_t", "file", perm), False)
check("the HSM's process does not touch it", "casemate_hsm_t" in sources("casemate_log_t", "file", "append"), False)

for domain in sorted(OURS):
    check(f"{domain} executes no file", targets(domain, "file", "execute_no_trans"), set())
    check(f"{domain} becomes nothing else", within(targets(domain, "process", "transition") - {domain}, BECOMES), BECOMES)
    check(f"{domain} traces nobody", targets(domain, "process", "ptrace"), set())
    check(f"{domain} signals only itself", targets(domain, "process", "sigkill") - {domain}, set())
    check(f"{domain} loads no module", targets(domain, "system", "module_load"), set())
    check(f"{domain} has no capability but ipc_lock", {p for froms, _, c, found, _ in RULES if domain in froms and c == "capability" for p in found}, {"ipc_lock"})
    for kind in ("bin_t", "usr_t", "lib_t", "etc_t", "casemate_conf_t", "casemate_tls_t", "casemate_cred_t", "casemate_unit_file_t", "casemate_exec_t", "shadow_t"):
        check(f"{domain} does not write {kind}", domain in sources(kind, "file", "write") | sources(kind, "file", "append"), False)
    check(f"{domain} does not read shadow_t", domain in sources("shadow_t", "file", "read"), False)
    written = targets(domain, "file", "write") | targets(domain, "file", "append")
    check(f"{domain} executes nothing that it can write", targets(domain, "file", "execute") & written, set())
    check(f"{domain} is entered by systemd alone", within(sources(domain, "process", "transition"), ENTERS, {"init_t"}), ENTERS)

check("the server listens at 8200 and where it is told", targets("casemate_t", "tcp_socket", "name_bind"), {"trivnet1_port_t", "casemate_port_t"})
check("it connects to itself only", targets("casemate_t", "tcp_socket", "name_connect"), {"trivnet1_port_t", "casemate_port_t"})
check("with casemate_connect_outbound, elsewhere", "http_port_t" in targets("casemate_t", "tcp_socket", "name_connect", condition="casemate_connect_outbound"), True)
check("the HSM's process has no network", targets("casemate_hsm_t", "tcp_socket", "create") | targets("casemate_hsm_t", "udp_socket", "create"), set())
check("with casemate_hsm_network, one", "http_port_t" in targets("casemate_hsm_t", "tcp_socket", "name_connect", condition="casemate_hsm_network"), True)
check("the server answers the doctor at a socket", "casemate_t" in sources("casemate_runtime_t", "sock_file", "create"), True)
check("which other services do not open", {"httpd_t", "casemate_hsm_t"} & sources("casemate_t", "unix_stream_socket", "connectto"), set())
check("the server talks to the HSM's process", "casemate_hsm_t" in targets("casemate_t", "unix_stream_socket", "connectto"), True)
check("nobody else but systemd's and root's domains could", "httpd_t" in sources("casemate_hsm_t", "unix_stream_socket", "connectto"), False)
for perm in ("ingress", "egress"):
    check(f"packets of a labelled network pass: {perm}", "netif_t" in targets("casemate_t", "netif", perm), True)
check("and are received without a label", "unlabeled_t" in targets("casemate_t", "peer", "recv"), True)
check("the packet filter's program reads the rules of the hardening", "iptables_t" in sources("casemate_conf_t", "file", "read"), True)
check("and neither the TLS key nor a PIN", "iptables_t" in sources("casemate_tls_t", "file", "read") | sources("casemate_cred_t", "file", "read"), False)
if "casemate_example_t" in {str(each) for each in POLICY.types()}:
    check("casemate_read_log() lets a collector read the audit files", "casemate_example_t" in sources("casemate_log_t", "file", "read"), True)
    changed = sources("casemate_log_t", "file", "write", "append", "unlink") | sources("casemate_conf_t", "file", "write", "read")
    check("and neither change them nor read the configuration", "casemate_example_t" in changed, False)
    check("casemate_manage_tls() lets a renewer replace the certificate", "casemate_example_t" in sources("casemate_tls_t", "file", "write"), True)
    check("and not reach the store", "casemate_example_t" in sources("casemate_var_lib_t", "file", "read"), False)
for boolean, device in (("casemate_hsm_usb", "usb_device_t"), ("casemate_hsm_tpm", "tpm_device_t"), ("casemate_hsm_pcie", "device_t")):
    check(f"{device} only with {boolean}", device in targets("casemate_hsm_t", "chr_file", "write"), False)
    check("and with it", device in targets("casemate_hsm_t", "chr_file", "write", condition=boolean), True)
    check("never for the server", "casemate_t" in sources(device, "chr_file", "write"), False)
    check(f"{boolean} is off", bool(POLICY.lookup_boolean(boolean).state), False)

print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)

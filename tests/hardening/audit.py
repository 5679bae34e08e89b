#!/usr/bin/python3
"""audit.py RULES... : every audit rule as libaudit takes it for this processor, the way auditctl does before it asks the kernel.
Users that are not here stand for one that is. Last line: the number of rules."""
import ctypes
import sys

EXIT, ALWAYS, FILTER_EXIT = 1, 2, 4
audit = ctypes.CDLL("libaudit.so.1")
audit.audit_rule_create_data.restype = ctypes.c_void_p


def problem(words):
    """What is wrong with a rule, or nothing."""
    rule = ctypes.c_void_p(audit.audit_rule_create_data())
    if words[:2] != ["-a", "always,exit"]:
        return "another list"
    for option, value in zip(words[2::2], words[3::2], strict=True):
        value = value.replace("uid!=casemate-hsm", "uid!=root").replace("uid!=casemate", "uid!=root")
        value = value.replace("uid=casemate-hsm", "uid=root").replace("uid=casemate", "uid=root")
        if option == "-F":
            taken = audit.audit_rule_fieldpair_data(ctypes.byref(rule), value.encode(), FILTER_EXIT)
        elif option == "-S":
            taken = audit.audit_rule_syscallbyname_data(rule, value.encode())
        else:
            return option
        if taken < 0:
            return f"{option} {value}: {taken}"
    return None


count = 0
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for line in file:
            if line.startswith("-"):
                count += 1
                wrong = problem(line.split())
                if wrong:
                    sys.exit(f"{line}{wrong}")
print(count)

package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A watch records always, on a tree, and who writes. */
class AuditRuleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-w /var/lib/casemate -p wa -k casemate-store | true",
                "-w /var/lib/casemate/ | true",
                "-w /var -p rwxa | true",
                "-a always,exit -S all -F dir=/var/lib/casemate -F perm=rwa -F subj_type!=casemate_t -F key=casemate-store | true",
                "-a exit,always -F dir=/var/lib -F perm=wa | true",
                "-a always,exit -F dir=/var/lib/casemate | true",
                "-a never,exit -F dir=/var/lib/casemate -F perm=rwa | false",
                "-w /var/lib/casemate -p x -k programs | false",
                "-a always,exit -S all -F dir=/var/lib/casemate -F perm=r | false",
                "-a always,exit -S all -F path=/var -F perm=rwa | false",
                "-a always,exit -S all -F path=/var/lib/casemate -F perm=rwa | false",
                "-a always,exit -F arch=b64 -S unlink -F dir=/var/lib/casemate | false",
                "-a always,filesystem -F dir=/var/lib/casemate -F perm=wa | false",
                "-w /var/lib/casemate-hsm -p wa | false",
                "-w /var/lib/case -p wa | false",
                "No rules | false"
            })
    void watchesADirectory(String line, boolean watches) {
        assertEquals(watches, AuditRule.parse(line).watches("/var/lib/casemate"));
    }
}

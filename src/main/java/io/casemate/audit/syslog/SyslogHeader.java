package io.casemate.audit.syslog;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What stands before a line: priority, local time, tag and process id, in the form of RFC 3164 that programs use towards the
 * syslog daemon of their own machine, without a host name.
 *
 * @param facility its number, 0 to 23
 */
record SyslogHeader(int facility, String tag, InstantSource clock) {
    private static final int INFORMATIONAL = 6;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    byte[] now() {
        ZonedDateTime time = clock.instant().atZone(ZoneId.systemDefault());
        String text = "<" + (facility * 8 + INFORMATIONAL) + ">" + STAMP.format(time) + " " + tag + "["
                + ProcessHandle.current().pid() + "]: ";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

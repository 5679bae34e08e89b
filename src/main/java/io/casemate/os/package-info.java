/** What the JDK does not offer of Linux: locked memory, no cores, datagrams to the service manager and the syslog daemon. */
package io.casemate.os;

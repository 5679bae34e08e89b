/** All leases of an open server, over engines and tokens: found, counted, and ended when their time has come. */
package io.casemate.core.lease;

/**
 * The connection to a server: whom it trusts, the requests and answers on it, and what the user reads when the server says
 * no. It knows the API's manners, but none of its endpoints.
 */
package io.casemate.cli.http;

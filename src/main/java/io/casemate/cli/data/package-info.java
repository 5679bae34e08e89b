/** Any path of the API: read, write, list, scan, delete, patch, help and unwrapping. Commands for one engine may build on these. */
package io.casemate.cli.data;

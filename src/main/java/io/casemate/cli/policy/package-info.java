/** {@code policy ...}: policies, their layout, and which rule decides. */
package io.casemate.cli.policy;

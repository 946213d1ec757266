/**
 * Shared by all tests: tensor assertions in which NaN fails, recorded fixtures, and contract suites
 * for extensions.
 */
package org.reprise.testkit;

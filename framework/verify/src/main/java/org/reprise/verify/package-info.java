/**
 * Tries one plugin: loads it beside others and runs the contract suites on what it makes. The
 * command line starts it as a process of its own and reads what it wrote into a file.
 */
package org.reprise.verify;

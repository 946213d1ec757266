/** The {@code reprise} command: one class per command, progress, messages, exit codes. */
package org.reprise.cli;

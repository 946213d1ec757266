/**
 * Runs beside each other: tables over the keys in which they differ, what their differences allow
 * to say, and what a paper has to state of them. Everything comes from the records.
 */
package org.reprise.engine.compare;

/** Pages for people: made from the records of runs alone, at any time, on any machine. */
package org.reprise.engine.report;

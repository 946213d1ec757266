/**
 * An experiment as a run: binding to plugins, opening data and network, the run directory and what
 * is recorded in it.
 */
package org.reprise.engine.run;

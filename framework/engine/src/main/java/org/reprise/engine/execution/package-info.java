/** How a network is executed: what a run chooses, and both ways measured. */
package org.reprise.engine.execution;

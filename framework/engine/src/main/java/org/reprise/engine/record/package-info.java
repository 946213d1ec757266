/** What a run leaves behind: its folder, checkpoints, metrics, provenance, report. */
package org.reprise.engine.record;

/**
 * Finished and unfinished runs as their records tell them: reading many folders, the keys in which
 * runs differ, the figures of each. Nothing here opens a plugin, data or a checkpoint, and nothing
 * is written.
 */
package org.reprise.engine.results;

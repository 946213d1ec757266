/**
 * Learning: optimisers, schedules, evidence passes, evaluation and the epoch loop. Knows no files.
 */
package org.reprise.engine.training;

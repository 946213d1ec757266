/** From an experiment to its runs: plans, and what runs or goes on with them. */
package org.reprise.engine.study;

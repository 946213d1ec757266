/** Which trials of a search go on, and which of them wins: rules alone, no files. */
package org.reprise.engine.search;

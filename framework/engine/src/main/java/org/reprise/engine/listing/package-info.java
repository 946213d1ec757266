/** Lists of runs, quick for many: one line a run, kept beside them. */
package org.reprise.engine.listing;

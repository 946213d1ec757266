/** Who else hears of a run: listeners of plugins, each on a thread of its own. */
package org.reprise.engine.tracking;

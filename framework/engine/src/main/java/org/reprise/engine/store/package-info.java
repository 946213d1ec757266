/** Prepared samples: decoded once, kept in memory and in the cache, handed out in batches. */
package org.reprise.engine.store;

/** What {@code reprise bench} measures, and what it measured it on. */
package org.reprise.engine.bench;

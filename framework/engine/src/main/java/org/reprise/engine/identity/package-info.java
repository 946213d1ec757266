/** What makes a run what it is: content digests, declared inputs, the canonical form, the id. */
package org.reprise.engine.identity;

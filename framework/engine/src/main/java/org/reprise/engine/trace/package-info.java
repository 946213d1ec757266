/** What a run keeps of itself for people to look at: its mapping, examples, pictures. */
package org.reprise.engine.trace;

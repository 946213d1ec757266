/** Calls into plugins, which may never return: bounded, or named. */
package org.reprise.engine.waiting;

/** An experiment bound to the plugins at hand: nothing is opened yet. */
package org.reprise.engine.plan;

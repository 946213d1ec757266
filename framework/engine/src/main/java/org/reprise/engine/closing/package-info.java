/** Closing several objects in order, whatever fails. */
package org.reprise.engine.closing;

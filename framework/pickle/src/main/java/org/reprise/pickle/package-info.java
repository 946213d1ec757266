/** A reader of Python's pickle format that knows plain values only and calls nothing. */
package org.reprise.pickle;

/** State dicts from the files in which weights are published, whatever their format. */
package org.reprise.weights;

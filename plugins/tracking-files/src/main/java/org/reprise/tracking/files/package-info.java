/** The listeners {@code csv} and {@code tensorboard}. */
package org.reprise.tracking.files;

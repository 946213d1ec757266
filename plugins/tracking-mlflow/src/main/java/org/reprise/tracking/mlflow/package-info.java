/** The listener {@code mlflow}. */
package org.reprise.tracking.mlflow;

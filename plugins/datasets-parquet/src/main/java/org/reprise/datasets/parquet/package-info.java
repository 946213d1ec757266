/**
 * Images and labels from Parquet files. A small reader of our own reads the two columns page by
 * page, with no Hadoop underneath, and checks every length against the file before it allocates.
 */
package org.reprise.datasets.parquet;

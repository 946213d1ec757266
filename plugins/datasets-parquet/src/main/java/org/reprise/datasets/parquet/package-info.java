/**
 * Images and labels from Parquet files. A small reader of our own reads the two columns page by
 * page, takes of the metadata only what it wants, and charges a budget before it allocates.
 */
package org.reprise.datasets.parquet;

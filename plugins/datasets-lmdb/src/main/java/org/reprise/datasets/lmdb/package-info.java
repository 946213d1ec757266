/**
 * Data sets kept in LMDB files. The files are read by a small reader of our own that never maps
 * them: the native library trusts every page number of a mapped file, so that a damaged file can
 * end the process.
 */
package org.reprise.datasets.lmdb;

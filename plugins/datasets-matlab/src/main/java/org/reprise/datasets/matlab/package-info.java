/**
 * SVHN from MATLAB 5 files. A small reader of our own inflates an array as a stream and checks its
 * declared size against the file, so that a damaged file cannot ask for more memory than it fills.
 */
package org.reprise.datasets.matlab;

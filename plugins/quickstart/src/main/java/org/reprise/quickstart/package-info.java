/**
 * The quickstart: a source data set and a downstream task drawn by the program itself, and a small
 * network trained on the former. Nothing is downloaded.
 */
package org.reprise.quickstart;

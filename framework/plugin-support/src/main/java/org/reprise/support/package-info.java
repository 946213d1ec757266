/**
 * What helps plugin authors and is no extension point: lists of names, data sets in shards, tables
 * of published files, checks of saved states, mappers that count.
 */
package org.reprise.support;

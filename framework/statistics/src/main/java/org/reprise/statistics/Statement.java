package org.reprise.statistics;

/**
 * A result in words.
 *
 * @param text one English sentence with every number's source
 * @param verdict what it allows to say, for a table's marks
 */
public record Statement(String text, Verdict verdict) {}

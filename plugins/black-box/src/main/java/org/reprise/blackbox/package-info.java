/**
 * Black-box prompting: the prompt {@code coordinator}, which a frozen encoder's features make, and
 * the update rule {@code spsa-gc}, which goes by losses alone.
 */
package org.reprise.blackbox;

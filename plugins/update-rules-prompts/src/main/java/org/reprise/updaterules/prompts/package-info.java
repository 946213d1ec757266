/**
 * Update rules that were published with prompts: {@code normalized-gradient}, and {@code spsa-gc},
 * which goes by losses alone.
 */
package org.reprise.updaterules.prompts;

/** An update rule that was published with a prompt: {@code normalized-gradient}. */
package org.reprise.updaterules.prompts;

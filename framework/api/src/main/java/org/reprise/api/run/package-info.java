/** What a run tells while it goes on, and who may listen. */
package org.reprise.api.run;

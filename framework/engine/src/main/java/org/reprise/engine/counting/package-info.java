/**
 * Joint-distribution counting: the implementations of the API's {@link
 * org.reprise.api.mapping.JointCounts}, and the choice among them.
 */
package org.reprise.engine.counting;

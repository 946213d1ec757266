/**
 * Joint-distribution counting: the implementations of the API's {@link
 * org.reprise.api.mapping.JointCounts}.
 */
package org.reprise.engine.counting;

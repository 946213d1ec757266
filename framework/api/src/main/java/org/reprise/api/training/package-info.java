/** How parameters are trained: groups of them, and the update rules that move a group. */
package org.reprise.api.training;

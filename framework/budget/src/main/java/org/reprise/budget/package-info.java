/**
 * What readers of files from elsewhere share: a budget for each file, and texts fit to be shown.
 */
package org.reprise.budget;

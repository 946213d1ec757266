/** Files that extensions need and that their authors publish. */
package org.reprise.api.download;

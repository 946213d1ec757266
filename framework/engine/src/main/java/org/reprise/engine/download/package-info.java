/** Published files of extensions in the cache folder. */
package org.reprise.engine.download;

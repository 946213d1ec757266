package org.reprise.api.download;

import java.util.List;

/**
 * An ability of factories: the files that their extensions can use are published somewhere, and the
 * framework may list and fetch them.
 *
 * <p>Keep them in a table that people can read, as a resource of the plugin; the class
 * DownloadTable of plugin-support reads it.
 */
public interface Downloads {

  /**
   * Returns the files.
   *
   * @return in the table's order; files of one name belong together
   */
  List<Download> downloads();
}

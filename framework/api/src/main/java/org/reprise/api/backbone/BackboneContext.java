package org.reprise.api.backbone;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.ExtensionContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;

/** What the framework offers to a backbone. */
public interface BackboneContext extends ExtensionContext {

  /**
   * Returns where the network is to run.
   *
   * @return the run's device; the weights belong there
   */
  Device device();

  /**
   * Returns the size of the images that the experiment's prompt will hand over.
   *
   * @return the prompt's size; empty where the prompt leaves it to the backbone
   */
  Optional<ImageSize> promptSize();

  /**
   * Returns the names of the task's classes, for networks that read them.
   *
   * @return KT names, as the data set gives them
   */
  List<String> targetLabelNames();

  /**
   * Returns the folder for what is expensive to compute and can be computed again. Files in it are
   * shared by all runs and may vanish at any time; a reader must recognise a file that is not its
   * own, and a writer replaces files by renaming.
   *
   * @return a folder, which may not exist yet
   */
  Path cacheFolder();

  /**
   * Makes sure that a published file is in the cache folder. It is fetched where it is missing, and
   * verified in any case.
   *
   * @param file which, usually a row of a table that is a resource of the plugin
   * @return the file
   * @throws org.reprise.api.InvalidInputException if it is missing and cannot be fetched, e.g.
   *     without a network, or is not what was expected; the message says what to do
   */
  Path fetch(Download file);
}

package org.reprise.datasets.images;

import java.util.List;
import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.download.Download;
import org.reprise.api.download.Downloads;
import org.reprise.support.DownloadTable;

/** Makes {@code image-folder}. */
@Extension
public final class ImageFolderFactory implements DatasetFactory<ImageFolderOptions>, Downloads {

  /** Made by the plugin host. */
  public ImageFolderFactory() {}

  @Override
  public String name() {
    return "image-folder";
  }

  @Override
  public String description() {
    return "Image files in train/ and test/ folders with one folder for each class.";
  }

  @Override
  public Class<ImageFolderOptions> optionsType() {
    return ImageFolderOptions.class;
  }

  @Override
  public Dataset create(ImageFolderOptions options, DatasetContext context) {
    return ImageFolder.open(options, context);
  }

  // one table for the data sets of all plugins; unpacked, most of them are image folders
  @Override
  public List<Download> downloads() {
    return DownloadTable.ofResource(ImageFolderFactory.class, "downloads.txt");
  }
}

package org.reprise.quickstart;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.data.ImageSize;

/** Makes the quickstart's downstream task, {@code shapes}. */
@Extension
public final class ShapesFactory implements DatasetFactory<ShapesOptions> {

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public String description() {
    return "Drawn by the program: which of 8 families does a pale shape on a dark background belong to?";
  }

  @Override
  public Class<ShapesOptions> optionsType() {
    return ShapesOptions.class;
  }

  @Override
  public Dataset create(ShapesOptions options, DatasetContext context) {
    return new RenderedDataset(
        name(),
        new TaskScenes(),
        options.train(),
        options.validation(),
        options.test(),
        options.dataSeed(),
        ImageSize.square(options.imageSize()));
  }
}

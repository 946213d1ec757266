package org.reprise.quickstart;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.data.ImageSize;

/** Makes the data that {@code shapenet} was trained on, {@code shapes-source}. */
@Extension
public final class SourceShapesFactory implements DatasetFactory<SourceShapesOptions> {

  @Override
  public String name() {
    return "shapes-source";
  }

  @Override
  public String description() {
    return "Drawn by the program: 16 shapes in 4 textures, the 64 source labels of shapenet.";
  }

  @Override
  public Class<SourceShapesOptions> optionsType() {
    return SourceShapesOptions.class;
  }

  @Override
  public Dataset create(SourceShapesOptions options, DatasetContext context) {
    return new RenderedDataset(
        name(),
        new SourceScenes(),
        options.train(),
        options.validation(),
        options.test(),
        options.dataSeed(),
        ImageSize.square(options.imageSize()));
  }
}

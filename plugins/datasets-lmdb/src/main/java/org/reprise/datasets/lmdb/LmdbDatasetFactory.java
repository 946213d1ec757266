package org.reprise.datasets.lmdb;

import java.util.OptionalInt;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** What the factories of this plugin share: they differ in name and number of classes. */
abstract class LmdbDatasetFactory implements DatasetFactory<LmdbOptions> {
  private final String name;
  private final OptionalInt classes;
  private final String content;

  LmdbDatasetFactory(String name, OptionalInt classes, String content) {
    this.name = name;
    this.classes = classes;
    this.content = content;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return content + " in LMDB files with split.json.";
  }

  @Override
  public final Class<LmdbOptions> optionsType() {
    return LmdbOptions.class;
  }

  @Override
  public final Dataset create(LmdbOptions options, DatasetContext context) {
    return LmdbDataset.open(name, classes, options, context);
  }
}

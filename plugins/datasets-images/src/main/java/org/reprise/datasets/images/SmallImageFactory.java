package org.reprise.datasets.images;

import java.util.function.BiFunction;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** What the factories of data sets of small images share: they differ in name and reader. */
abstract class SmallImageFactory implements DatasetFactory<SmallImageOptions> {
  private final String name;
  private final String description;
  private final BiFunction<SmallImageOptions, DatasetContext, Dataset> opener;

  SmallImageFactory(
      String name,
      String description,
      BiFunction<SmallImageOptions, DatasetContext, Dataset> opener) {
    this.name = name;
    this.description = description;
    this.opener = opener;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final Class<SmallImageOptions> optionsType() {
    return SmallImageOptions.class;
  }

  @Override
  public final Dataset create(SmallImageOptions options, DatasetContext context) {
    return opener.apply(options, context);
  }
}

package org.reprise.datasets.parquet;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code parquet}. */
@Extension
public final class ParquetFactory implements DatasetFactory<ParquetOptions> {

  /** Made by the plugin host. */
  public ParquetFactory() {}

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String description() {
    return "Images and labels in Parquet files as the Hugging Face hub keeps them.";
  }

  @Override
  public Class<ParquetOptions> optionsType() {
    return ParquetOptions.class;
  }

  @Override
  public Dataset create(ParquetOptions options, DatasetContext context) {
    return ParquetDataset.open(options, context);
  }
}

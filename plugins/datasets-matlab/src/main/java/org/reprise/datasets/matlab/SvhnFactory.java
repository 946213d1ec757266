package org.reprise.datasets.matlab;

import org.pf4j.Extension;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;

/** Makes {@code svhn}. */
@Extension
public final class SvhnFactory implements DatasetFactory<SvhnOptions> {

  /** Made by the plugin host. */
  public SvhnFactory() {}

  @Override
  public String name() {
    return "svhn";
  }

  @Override
  public String description() {
    return "SVHN, house numbers: 10 digits, 32x32 RGB pixels in MATLAB files.";
  }

  @Override
  public Class<SvhnOptions> optionsType() {
    return SvhnOptions.class;
  }

  @Override
  public Dataset create(SvhnOptions options, DatasetContext context) {
    return Svhn.open(options, context);
  }
}

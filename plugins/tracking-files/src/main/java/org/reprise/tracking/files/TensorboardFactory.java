package org.reprise.tracking.files;

import org.pf4j.Extension;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunListenerFactory;

/** {@code tensorboard}. */
@Extension
public final class TensorboardFactory implements RunListenerFactory<TensorboardOptions> {
  @Override
  public String name() {
    return "tensorboard";
  }

  @Override
  public String description() {
    return "Writes TensorBoard's event files into the folder tensorboard of the run's folder.";
  }

  @Override
  public Class<TensorboardOptions> optionsType() {
    return TensorboardOptions.class;
  }

  @Override
  public RunListener create(TensorboardOptions options, RunListenerContext context) {
    return new TensorboardListener(options.pictureEvery(), context);
  }
}

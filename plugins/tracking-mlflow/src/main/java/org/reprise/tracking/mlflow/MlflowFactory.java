package org.reprise.tracking.mlflow;

import org.pf4j.Extension;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunListenerFactory;

/** {@code mlflow}. */
@Extension
public final class MlflowFactory implements RunListenerFactory<MlflowOptions> {
  @Override
  public String name() {
    return "mlflow";
  }

  @Override
  public String description() {
    return "Tells an MLflow tracking server of settings, figures of each epoch and, at the end,"
        + " files.";
  }

  @Override
  public Class<MlflowOptions> optionsType() {
    return MlflowOptions.class;
  }

  @Override
  public RunListener create(MlflowOptions options, RunListenerContext context) {
    return new MlflowListener(options, Credentials.of(options.uri(), System.getenv()), context);
  }
}

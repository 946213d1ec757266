package org.reprise.tracking.files;

import org.pf4j.Extension;
import org.reprise.api.options.NoOptions;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunListenerFactory;

/** {@code csv}. */
@Extension
public final class CsvFactory implements RunListenerFactory<NoOptions> {
  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String description() {
    return "Writes metrics.csv into the run's folder, a line for each epoch.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public RunListener create(NoOptions options, RunListenerContext context) {
    return new CsvListener(context.run().folder().resolve(CsvListener.FILE), context.epochsDone());
  }
}

package org.reprise.tracking.mlflow;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code mlflow}.
 *
 * @param uri of the tracking server
 * @param experiment of MLflow, made where it is missing; empty for the name of this one
 * @param artifacts whether the run's experiment, metrics and report are sent at its end
 */
public record MlflowOptions(
    @Option(
            "the tracking server, http://host:port or https://...; user, password or token come"
                + " from MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN")
        String uri,
    @Option("MLflow's experiment, made where it is missing; without it the name of this one")
        Optional<String> experiment,
    @Option(
            value = "whether the run's experiment, metrics and report are sent at its end",
            defaultValue = "true")
        boolean artifacts) {
  /** Checks that it is an address of the web, without a password that records would show. */
  public MlflowOptions {
    InvalidOptionException.unless(
        uri.matches("https?://[^\\s/@]+(/[^\\s@]*)?"),
        "uri",
        "must be http://host:port or https://..., without user and password, found \"%s\"",
        uri.replaceAll("//[^/]*@", "//...@"));
  }
}

package org.reprise.tracking.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Who asks the tracking server, by the variables that MLflow's own clients read.
 *
 * @param uri of the server, without a slash at its end
 * @param user if any
 * @param password of the user
 * @param token instead of both
 */
record Credentials(
    String uri, Optional<String> user, Optional<String> password, Optional<String> token) {

  /**
   * Reads them.
   *
   * @param uri of the server
   * @param environment variables by name
   */
  static Credentials of(String uri, Map<String, String> environment) {
    return new Credentials(
        uri.replaceFirst("/+$", ""),
        Optional.ofNullable(environment.get("MLFLOW_TRACKING_USERNAME")),
        Optional.ofNullable(environment.get("MLFLOW_TRACKING_PASSWORD")),
        Optional.ofNullable(environment.get("MLFLOW_TRACKING_TOKEN")));
  }

  /** Returns them as MLflow's client takes them. */
  BasicMlflowHostCreds forClient() {
    return new BasicMlflowHostCreds(
        uri, user.orElse(null), password.orElse(null), token.orElse(null), false);
  }

  /** Returns the header {@code Authorization}, if there is one. */
  Optional<String> header() {
    if (user.isPresent() && password.isPresent()) {
      byte[] pair = (user.get() + ":" + password.get()).getBytes(UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return token.map(value -> "Bearer " + value);
  }

  /** Returns the address only: what is secret is not for messages. */
  @Override
  public String toString() {
    return uri;
  }
}

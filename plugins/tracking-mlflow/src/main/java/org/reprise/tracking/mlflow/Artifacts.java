package org.reprise.tracking.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends files through the tracking server, which keeps them itself ({@code mlflow server} does so
 * unless told otherwise). MLflow's Java client would start its Python one for this.
 */
final class Artifacts {
  private static final String KEPT_BY_SERVER = "mlflow-artifacts:";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ERRORS = 300; // HTTP statuses from here on

  private final Credentials server;
  private final String folder;

  /**
   * Prepares.
   *
   * @param server where to
   * @param uri of the MLflow run's artifacts, as the server gives it
   */
  Artifacts(Credentials server, String uri) {
    this.server = server;
    this.folder =
        uri.startsWith(KEPT_BY_SERVER) ? URI.create(uri).getPath().replaceFirst("^/+", "") : "";
  }

  /** Tells whether the server takes files. */
  boolean areTaken() {
    return !folder.isEmpty();
  }

  /**
   * Sends a file.
   *
   * @param file whose name it keeps
   * @throws IOException if the server does not take it
   */
  void send(Path file) throws IOException, InterruptedException {
    URI to =
        URI.create(
            server.uri()
                + "/api/2.0/mlflow-artifacts/artifacts/"
                + folder
                + "/"
                + file.getFileName());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to).timeout(PATIENCE).PUT(HttpRequest.BodyPublishers.ofFile(file));
    server.header().ifPresent(value -> request.header("Authorization", value));
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    HttpResponse<Void> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() >= ERRORS) {
      throw new IOException(
          server + " answers " + answer.statusCode() + " to " + file.getFileName());
    }
  }
}

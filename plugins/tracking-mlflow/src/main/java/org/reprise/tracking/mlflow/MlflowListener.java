package org.reprise.tracking.mlflow;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;

/**
 * Tells a tracking server. Which of its runs a run directory is told to stands in a file there, so
 * that a run which goes on does so in the same place.
 */
final class MlflowListener implements RunListener {
  static final String FILE = "mlflow.properties";
  private static final int BATCH = 100; // parameters that MLflow takes at once
  private static final int LONGEST = 500; // characters of a parameter that every version takes
  private static final int UNKNOWN = 404; // HTTP status
  private static final List<String> FILES =
      List.of("experiment.yaml", "metrics.jsonl", "report.html");

  private final MlflowOptions options;
  private final Credentials server;
  private final RunListenerContext context;
  private final MlflowClient client;
  private final RunInfo told;
  private boolean ended;

  /**
   * Finds or makes MLflow's run.
   *
   * @param options of the listener
   * @param server whom to tell
   * @param context which run
   */
  MlflowListener(MlflowOptions options, Credentials server, RunListenerContext context) {
    this.options = options;
    this.server = server;
    this.context = context;
    this.client = new MlflowClient(server.forClient());
    try {
      this.told = begun().orElseGet(this::begin);
    } catch (RuntimeException | Error e) {
      client.close();
      throw e;
    }
  }

  private Path file() {
    return context.run().folder().resolve(FILE);
  }

  private Optional<RunInfo> begun() {
    Properties known = new Properties();
    try {
      if (!Files.exists(file())) {
        return Optional.empty();
      }
      try (Reader reader = Files.newBufferedReader(file())) {
        known.load(reader);
      }
    } catch (IOException | IllegalArgumentException e) {
      context.note(file() + ": cannot be read, the run begins anew at " + server);
      return Optional.empty();
    }
    if (!server.uri().equals(known.getProperty("uri"))) {
      return Optional.empty();
    }
    String run = known.getProperty("run", "");
    try {
      RunInfo info = client.getRun(run).getInfo();
      client.setTerminated(run, RunStatus.RUNNING, 0);
      return Optional.of(info);
    } catch (MlflowHttpException e) {
      if (e.getStatusCode() != UNKNOWN) {
        throw e;
      }
      context.note(server + " has lost its run " + run + ", another one is begun");
      return Optional.empty();
    }
  }

  private RunInfo begin() {
    Run run = context.run();
    String name =
        options.experiment().orElseGet(() -> context.settings().getOrDefault("name", "reprise"));
    String experiment =
        client
            .getExperimentByName(name)
            .map(Experiment::getExperimentId)
            .orElseGet(() -> client.createExperiment(name));
    RunInfo info =
        client.createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(run.label())
                .setStartTime(System.currentTimeMillis())
                .addTags(tag("mlflow.runName", run.label()))
                .addTags(tag("reprise.id", run.id()))
                .build());
    Properties known = new Properties();
    known.setProperty("uri", server.uri());
    known.setProperty("run", info.getRunId());
    try (Writer writer = Files.newBufferedWriter(file())) {
      known.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Param> params = new ArrayList<>();
    context.settings().forEach((key, value) -> params.add(parameter(key, value)));
    for (int from = 0; from < params.size(); from += BATCH) {
      client.logBatch(
          info.getRunId(),
          List.of(),
          params.subList(from, Math.min(params.size(), from + BATCH)),
          List.of());
    }
    return info;
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  private static Param parameter(String key, String value) {
    String text = value.length() <= LONGEST ? value : value.substring(0, LONGEST - 3) + "...";
    return Param.newBuilder().setKey(key).setValue(text).build();
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.Epoch epoch) {
      client.logBatch(told.getRunId(), metrics(epoch), List.of(), List.of());
    } else if (event instanceof RunEvent.Finished) {
      end(RunStatus.FINISHED);
      if (options.artifacts()) {
        send();
      }
    } else if (event instanceof RunEvent.Failed) {
      end(RunStatus.FAILED);
    }
  }

  private static List<Metric> metrics(RunEvent.Epoch epoch) {
    List<Metric> metrics = new ArrayList<>();
    add(metrics, epoch, "learning-rate", epoch.learningRate());
    add(metrics, epoch, "train/loss", epoch.trainLoss());
    add(metrics, epoch, "train/accuracy", epoch.trainAccuracy());
    epoch.validation().ifPresent(found -> add(metrics, epoch, "validation", found));
    epoch.test().ifPresent(found -> add(metrics, epoch, "test", found));
    add(metrics, epoch, "seconds/epoch", OptionalDouble.of(epoch.seconds()));
    for (Map.Entry<String, Double> phase : epoch.phaseSeconds().entrySet()) {
      add(metrics, epoch, "seconds/" + phase.getKey(), OptionalDouble.of(phase.getValue()));
    }
    return metrics;
  }

  private static void add(
      List<Metric> metrics, RunEvent.Epoch epoch, String split, Evaluation found) {
    add(metrics, epoch, split + "/loss", OptionalDouble.of(found.meanLoss()));
    add(metrics, epoch, split + "/accuracy", OptionalDouble.of(found.accuracy()));
  }

  // what is not finite is no JSON
  private static void add(
      List<Metric> metrics, RunEvent.Epoch epoch, String key, OptionalDouble value) {
    if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
      metrics.add(
          Metric.newBuilder()
              .setKey(key)
              .setValue(value.getAsDouble())
              .setTimestamp(System.currentTimeMillis())
              .setStep(epoch.epoch())
              .build());
    }
  }

  private void end(RunStatus status) {
    client.setTerminated(told.getRunId(), status, System.currentTimeMillis());
    ended = true;
  }

  private void send() {
    Artifacts artifacts = new Artifacts(server, told.getArtifactUri());
    if (!artifacts.areTaken()) {
      context.note(server + " does not keep files itself: none are sent");
      return;
    }
    try {
      for (String name : FILES) {
        Path file = context.run().folder().resolve(name);
        if (Files.exists(file)) {
          artifacts.send(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A run that was stopped is killed to MLflow, until it goes on. */
  @Override
  public void close() {
    try (client) {
      if (!ended) {
        end(RunStatus.KILLED);
      }
    }
  }
}

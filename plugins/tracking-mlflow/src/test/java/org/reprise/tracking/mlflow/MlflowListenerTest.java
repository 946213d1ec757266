package org.reprise.tracking.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunSummary;
import org.reprise.testkit.FakeRunListenerContext;
import org.reprise.testkit.RunListenerContract;

/** MLflow's own client against a stub of its server. */
class MlflowListenerTest extends RunListenerContract {
  private MlflowStub stub;

  @BeforeEach
  void start() throws IOException {
    stub = new MlflowStub();
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private MlflowOptions options() {
    return new MlflowOptions(stub.uri(), Optional.empty(), true);
  }

  @Override
  protected RunListener create(RunListenerContext context) {
    return new MlflowListener(options(), Credentials.of(stub.uri(), Map.of()), context);
  }

  @Override
  protected List<Integer> recorded(Run run) {
    List<Integer> steps = new ArrayList<>();
    stub.runs.values().forEach(told -> steps.addAll(told.steps("test/accuracy")));
    return steps;
  }

  private static RunEvent.Finished finished(Run run) {
    return new RunEvent.Finished(
        run,
        new RunSummary(
            run.label(),
            run.folder(),
            run.epochs(),
            0.5,
            "last",
            run.epochs(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty()));
  }

  @Test
  void aRunIsOneOfMlflowsThroughoutItsSessions() throws IOException {
    Run run = run(2);
    Files.writeString(run.folder().resolve("report.html"), "<p>a page</p>");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("name", "tiny");
    settings.put("mapping.name", "blm++");
    settings.put("long", "x".repeat(10_000));
    for (int i = 0; i < 250; i++) {
      settings.put("key" + i, "value" + i);
    }
    try (RunListener listener =
        create(
            new FakeRunListenerContext(run, 0, settings, new ArrayList<>(), new ArrayList<>()))) {
      tellEpoch(listener, 1, true);
    }
    assertThat(stub.runs).containsOnlyKeys("run1");
    MlflowStub.TrackedRun told = stub.runs.get("run1");
    assertThat(told.states).containsExactly("RUNNING", "KILLED");
    assertThat(stub.artifacts).isEmpty();
    try (RunListener listener = create(new FakeRunListenerContext(run, 1))) {
      tellEpoch(listener, 2, false);
      listener.on(finished(run));
    }
    assertThat(stub.runs).containsOnlyKeys("run1");
    assertThat(told.states).containsExactly("RUNNING", "KILLED", "RUNNING", "FINISHED");
    assertThat(told.name).isEqualTo("blm++");
    assertThat(told.experiment).isEqualTo("7");
    assertThat(told.params).hasSize(253).containsEntry("mapping.name", "blm++");
    assertThat(told.params).containsEntry("key249", "value249");
    assertThat(told.params.get("long")).hasSize(500).endsWith("x...");
    assertThat(told.steps("train/loss")).containsExactly(1, 2);
    assertThat(told.steps("test/loss")).containsExactly(1);
    assertThat(told.metrics.get(1).get("key").asText()).isEqualTo("train/loss");
    assertThat(told.metrics.get(1).get("value").asDouble()).isEqualTo(1.5);
    assertThat(stub.artifacts)
        .containsOnlyKeys("7/run1/artifacts/experiment.yaml", "7/run1/artifacts/report.html")
        .containsValue("<p>a page</p>");
  }

  @Test
  void anotherServerOrALostRunIsBegunAnew() throws IOException {
    Run run = run(1);
    create(new FakeRunListenerContext(run)).close();
    stub.runs.clear();
    FakeRunListenerContext context = new FakeRunListenerContext(run, 1);
    create(context).close();
    assertThat(context.notes())
        .containsExactly(stub.uri() + " has lost its run run1, another one is begun");
    assertThat(stub.runs).hasSize(1);
    try (MlflowStub other = new MlflowStub()) {
      new MlflowListener(
              new MlflowOptions(other.uri(), Optional.of("mine"), false),
              Credentials.of(other.uri(), Map.of()),
              new FakeRunListenerContext(run, 1))
          .close();
      assertThat(other.runs).hasSize(1);
    }
  }

  @Test
  void aServerThatKeepsNoFilesIsToldOfNone() {
    stub.artifactUri = "s3://bucket/";
    Run run = run(1);
    FakeRunListenerContext context = new FakeRunListenerContext(run);
    try (RunListener listener = create(context)) {
      listener.on(finished(run));
    }
    assertThat(stub.artifacts).isEmpty();
    assertThat(context.notes())
        .containsExactly(stub.uri() + " does not keep files itself: none are sent");
  }

  @Test
  void aServerOutOfOrderIsAFailureOfTheListener() {
    stub.failing = 500;
    assertThatThrownBy(() -> create(new FakeRunListenerContext(run(1))))
        .hasMessageContaining("out of order");
    stub.close();
    assertThatThrownBy(() -> create(new FakeRunListenerContext(run(1))))
        .hasMessageContaining("refused");
  }

  @Test
  void credentialsAreThoseOfMlflowsVariables() {
    Run run = run(1);
    Map<String, String> environment =
        Map.of("MLFLOW_TRACKING_USERNAME", "ada", "MLFLOW_TRACKING_PASSWORD", "secret");
    Credentials server = Credentials.of(stub.uri() + "/", environment);
    try (RunListener listener =
        new MlflowListener(options(), server, new FakeRunListenerContext(run))) {
      listener.on(finished(run));
    }
    assertThat(stub.authorizations).isNotEmpty().containsOnly("Basic YWRhOnNlY3JldA==");
    assertThat(stub.artifacts).isNotEmpty();
    assertThat(server.toString()).isEqualTo(stub.uri());
    assertThat(Credentials.of("http://h", Map.of("MLFLOW_TRACKING_TOKEN", "t")).header())
        .contains("Bearer t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:/tmp", "host:5000", "http://ada:secret@host", "http://"})
  void whatIsNoServerIsRefused(String uri) {
    assertThatThrownBy(() -> new MlflowOptions(uri, Optional.empty(), true))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("must be http://host:port")
        .hasMessageNotContaining("secret");
  }
}

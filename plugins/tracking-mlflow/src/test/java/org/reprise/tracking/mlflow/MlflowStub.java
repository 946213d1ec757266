package org.reprise.tracking.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands for a tracking server: as much of its interface (version 2.0) as a listener uses, kept in
 * memory. It is no MLflow, and what it takes a real one might not.
 */
final class MlflowStub implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, String> experiments = new LinkedHashMap<>();
  final Map<String, TrackedRun> runs = new LinkedHashMap<>();
  final Map<String, String> artifacts = new LinkedHashMap<>();
  final List<String> authorizations = new ArrayList<>();
  String artifactUri = "mlflow-artifacts:/7/";
  int failing; // HTTP status of every answer, if not 0

  /** What it was told of a run. */
  static final class TrackedRun {
    final String experiment;
    final String name;
    final Map<String, String> params = new LinkedHashMap<>();
    final List<JsonNode> metrics = new ArrayList<>();
    final List<String> states = new ArrayList<>();

    TrackedRun(String experiment, String name) {
      this.experiment = experiment;
      this.name = name;
    }

    List<Integer> steps(String key) {
      return metrics.stream()
          .filter(metric -> metric.get("key").asText().equals(key))
          .map(metric -> metric.get("step").asInt())
          .toList();
    }
  }

  MlflowStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String path = exchange.getRequestURI().getPath();
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    int status = failing == 0 ? 200 : failing;
    String answer;
    if (failing != 0) {
      answer = "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"out of order\"}";
    } else if (path.startsWith("/api/2.0/mlflow-artifacts/artifacts/")) {
      artifacts.put(path.substring("/api/2.0/mlflow-artifacts/artifacts/".length()), body);
      answer = "{}";
    } else {
      answer = answer(path, String.valueOf(exchange.getRequestURI().getQuery()), body);
      if (answer.isEmpty()) {
        status = 404;
        answer = "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"not here\"}";
      }
    }
    byte[] bytes = answer.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String answer(String path, String query, String body) throws IOException {
    JsonNode asked = body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
    switch (path.replace("/api/2.0/mlflow/", "")) {
      case "experiments/get-by-name" -> {
        String id = experiments.get(query.replace("experiment_name=", ""));
        return id == null
            ? ""
            : "{\"experiment\":{\"experiment_id\":\"" + id + "\",\"lifecycle_stage\":\"active\"}}";
      }
      case "experiments/create" -> {
        String id = Integer.toString(7 + experiments.size());
        experiments.put(asked.get("name").asText(), id);
        return "{\"experiment_id\":\"" + id + "\"}";
      }
      case "runs/create" -> {
        String id = "run" + (1 + runs.size());
        runs.put(
            id,
            new TrackedRun(asked.get("experiment_id").asText(), asked.get("run_name").asText()));
        runs.get(id).states.add("RUNNING");
        return run(id);
      }
      case "runs/get" -> {
        String id = query.replaceFirst(".*run_id=([^&]*).*", "$1");
        return runs.containsKey(id) ? run(id) : "";
      }
      case "runs/update" -> {
        runs.get(asked.get("run_id").asText()).states.add(asked.get("status").asText());
        return "{}";
      }
      case "runs/log-batch" -> {
        TrackedRun run = runs.get(asked.get("run_id").asText());
        asked.path("metrics").forEach(run.metrics::add);
        if (asked.path("params").size() > 100) {
          throw new IOException("too many parameters at once");
        }
        for (JsonNode param : asked.path("params")) {
          run.params.put(param.get("key").asText(), param.get("value").asText());
        }
        return "{}";
      }
      default -> throw new IOException("nobody asks for " + path);
    }
  }

  private String run(String id) {
    return "{\"run\":{\"info\":{\"run_id\":\""
        + id
        + "\",\"run_uuid\":\""
        + id
        + "\",\"experiment_id\":\""
        + runs.get(id).experiment
        + "\",\"artifact_uri\":\""
        + artifactUri
        + id
        + "/artifacts\",\"status\":\"RUNNING\"}}}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

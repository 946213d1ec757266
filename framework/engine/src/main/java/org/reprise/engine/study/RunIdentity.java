package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Trainable;
import org.reprise.api.training.ParameterGroup;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.Precision;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.identity.Digests;
import org.reprise.engine.identity.RunSpec;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.PluginIdentity;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.Model;

/**
 * What makes a run what it is, gathered from an open session.
 *
 * @param spec the run's identity
 * @param inputs every declared file or folder, by block, with the digest of its content
 * @param plugins that made it
 */
public record RunIdentity(
    RunSpec spec, Map<String, Map<Path, String>> inputs, List<PluginIdentity> plugins) {

  /**
   * Gathers it.
   *
   * @param session with the samples loaded
   * @param plan the run's own, one mapper
   * @param model the run's
   * @param origin what it began from, if not from nothing
   */
  public static RunIdentity of(
      Session session, ExperimentPlan plan, Model model, Optional<Origin> origin) {
    Digests digests = new Digests(CacheFolder.resolve());
    Map<String, Map<Path, String>> inputs = new LinkedHashMap<>();
    session
        .inputs(plan.mappers().get(0))
        .forEach((block, declared) -> inputs.put(block, contents(declared, digests)));
    List<PluginIdentity> plugins = plugins(session, plan, model);

    Map<String, Object> content = new LinkedHashMap<>();
    content.put("dataset", dataset(plan));
    Map<String, Object> backbone = block(plan.backbone());
    backbone.putAll(plan.use().toMap());
    content.put("backbone", backbone);
    content.put("prompt", block(plan.prompt()));
    content.put("mapping", block(plan.mappers().get(0)));
    Map<String, Object> training = RecordWriter.withoutPaths(plan.experiment().training());
    training.remove("cuda-graph"); // the same operations, however the device is told of them
    training.put("optimizer", block(plan.updateRule()));
    content.put("training", training);
    content.put("seed", plan.experiment().seed());
    content.put("precision", precision(session.trainingType()));
    content.put("execution", Names.of(plan.experiment().execution()));
    content.put("samples", session.dataFingerprints());
    content.put("classes", Digests.ofText(String.join("\n", session.targetLabels())));
    Map<String, Object> digestsOnly = new LinkedHashMap<>();
    inputs.forEach((block, files) -> digestsOnly.put(block, List.copyOf(files.values())));
    content.put("inputs", digestsOnly);
    Map<String, Object> builds = new TreeMap<>();
    plugins.forEach(plugin -> builds.put(plugin.id(), plugin.digest()));
    content.put("plugins", builds);
    origin.ifPresent(from -> content.put("origin", from.toMap()));
    return new RunIdentity(new RunSpec(content), inputs, plugins);
  }

  private static Map<Path, String> contents(DeclaredInputs declared, Digests digests) {
    Map<Path, String> contents = new LinkedHashMap<>();
    declared.paths().forEach(path -> contents.put(path, digests.content(path)));
    return contents;
  }

  private static Map<String, Object> block(BoundExtension<?, ?> extension) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("name", extension.entry().name());
    block.putAll(RecordWriter.withoutPaths(extension.options()));
    return block;
  }

  // where samples are kept changes no result
  private static Map<String, Object> dataset(ExperimentPlan plan) {
    Map<String, Object> dataset = block(plan.data().dataset());
    dataset.putAll(RecordWriter.withoutPaths(plan.data().filter()));
    dataset.put("flip", plan.data().options().flip());
    dataset.put("on-corrupt", Names.of(plan.data().options().onCorrupt()));
    return dataset;
  }

  /** Returns a dtype in the words of an experiment. */
  static String precision(ScalarType type) {
    return Names.of(
        switch (type) {
          case BFloat16 -> Precision.BF16;
          case Half -> Precision.FP16;
          default -> Precision.FP32;
        });
  }

  private static List<PluginIdentity> plugins(Session session, ExperimentPlan plan, Model model) {
    List<PluginIdentity> plugins = new ArrayList<>();
    for (BoundExtension<?, ?> extension :
        List.of(plan.data().dataset(), plan.backbone(), plan.prompt(), plan.mappers().get(0))) {
      addPlugins(plugins, extension);
    }
    for (Object part : model.parts()) {
      if (part instanceof Trainable trainable) {
        for (ParameterGroup group : trainable.parameters()) {
          addPlugins(plugins, session.updateRule(group));
        }
      }
    }
    return plugins.stream().distinct().toList();
  }

  private static void addPlugins(List<PluginIdentity> plugins, BoundExtension<?, ?> extension) {
    extension.withInner().forEach(each -> plugins.add(each.entry().plugin()));
  }
}

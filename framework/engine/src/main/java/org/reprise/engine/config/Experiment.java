package org.reprise.engine.config;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * An experiment as written, all defaults filled in; the blocks that name extensions are not bound
 * yet.
 *
 * @param name what the run directory is called
 * @param seed of everything random
 * @param device where to compute
 * @param precision of the network in training
 * @param execution of the network where all samples share a frame
 * @param dataset the downstream task
 * @param backbone the frozen network
 * @param prompt the input prompt
 * @param mapping the label mappers; one run for each
 * @param training how to train
 * @param output folder for run directories, relative to the working directory
 * @param tracking who else is told of the runs; no result depends on it
 */
public record Experiment(
    @Option("name of the run directory; letters, digits, '.', '_' and '-'") String name,
    @Option(value = "seed of everything random", defaultValue = "0") long seed,
    @Option(value = "auto, cpu, cuda or cuda:<index>", defaultValue = "auto") String device,
    @Option(value = "precision of the network in training", defaultValue = "auto")
        Precision precision,
    @Option(
            value = "how the network is computed where all samples share a frame",
            defaultValue = "plain")
        Execution execution,
    @Option("the downstream task") ExtensionBlock dataset,
    @Option("the frozen network") ExtensionBlock backbone,
    @Option("the input prompt") ExtensionBlock prompt,
    @Option("the label mappers, one run for each") List<ExtensionBlock> mapping,
    @Option(value = "how to train", defaultValue = "{}") TrainingOptions training,
    @Option(
            value = "folder for run directories, relative to the working directory",
            defaultValue = "runs")
        String output,
    @Option(
            value = "listeners that are told of each run; no result depends on them",
            defaultValue = "[]")
        List<ExtensionBlock> tracking) {

  /** Checks names and that there is something to run. */
  public Experiment {
    mapping = List.copyOf(mapping);
    tracking = List.copyOf(tracking);
    InvalidOptionException.unless(
        name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
        "name",
        "must be letters, digits, '.', '_' and '-', found \"%s\"",
        name);
    InvalidOptionException.unless(
        device.matches("auto|cpu|cuda(:[0-9]{1,3})?"),
        "device",
        "must be auto, cpu, cuda or cuda:<index>, found \"%s\"%s",
        device,
        device.matches("(?i)gpu.*|cuda.*|nvidia.*")
            ? "; did you mean \"cuda\"?"
            : device.matches("(?i)cpu.*") ? "; did you mean \"cpu\"?" : "");
    InvalidOptionException.unless(!mapping.isEmpty(), "mapping", "names no label mapper");
  }

  /**
   * Reads an experiment, which has no axes beside its mappers.
   *
   * @param file a YAML file, which may lean on others
   * @param overrides {@code key.path=value} texts, applied in order
   * @return the experiment
   * @throws ConfigException with all problems found
   */
  public static Experiment read(Path file, List<String> overrides) {
    return read(file, overrides, System::getenv);
  }

  /**
   * Reads an experiment that was written by a program.
   *
   * @param text YAML or JSON, paths absolute
   * @param source what messages call it
   * @return the experiment
   * @throws ConfigException with all problems found
   */
  public static Experiment parse(String text, String source) {
    return bind(YamlReader.readValue(text, source), System::getenv);
  }

  static Experiment read(Path file, List<String> overrides, UnaryOperator<String> environment) {
    YamlNode.Mapping root = StudyFile.read(file, overrides);
    Sweep.refuse(root);
    return bind(root, environment);
  }

  static Experiment bind(YamlNode root, UnaryOperator<String> environment) {
    RecordBinder binder = new RecordBinder(environment);
    Experiment experiment = binder.bind(Experiment.class, root, "");
    binder.throwIfProblems();
    return experiment;
  }

  /**
   * Returns this experiment with one mapper only.
   *
   * @param mapper one of {@link #mapping}
   */
  public Experiment withMapping(ExtensionBlock mapper) {
    return new Experiment(
        name,
        seed,
        device,
        precision,
        execution,
        dataset,
        backbone,
        prompt,
        List.of(mapper),
        training,
        output,
        tracking);
  }

  /**
   * Returns this experiment with another edition and another folder for its run directories.
   *
   * @param edition where evidence comes from
   * @param folder as {@link #output}
   */
  public Experiment with(TrainingOptions.Edition edition, String folder) {
    return new Experiment(
        name,
        seed,
        device,
        precision,
        execution,
        dataset,
        backbone,
        prompt,
        mapping,
        training.with(edition),
        folder,
        tracking);
  }
}

package org.reprise.backbones.clip;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code clip}.
 *
 * @param weights the weights' file, in OpenAI's or Hugging Face's names; or the name of published
 *     ones
 * @param vocabulary the tokenizer's file; absent: OpenAI's, fetched
 * @param templates sentences with a gap for the name of a class
 * @param templatesFile a text file with a template on each line
 * @param texts JSON files with sentences about each class
 * @param clusters groups that the texts are sorted into by what they mean; empty for those of the
 *     files
 * @param activation of the perceptrons, which the weights do not show
 * @param truncate whether texts of too many tokens are cut off
 * @param strict whether a file with tensors that the model has no place for is refused
 * @param plain whether attention and batch-norm stay written out
 */
public record ClipOptions(
    @Option(
            "a file of weights, in OpenAI's or Hugging Face's names, its shapes tell the"
                + " architecture; or the name of published ones, e.g. openai-vit-b-32")
        Path weights,
    @Option(
            "the tokenizer's bpe_simple_vocab_16e6.txt.gz, or a tokenizer.json; without it OpenAI's"
                + " is fetched")
        Optional<Path> vocabulary,
    @Option(
            "sentences with {} for the name of a class; without it the 81 of the paper: \"This is a"
                + " photo of a {}.\" and those published for ImageNet")
        Optional<List<String>> templates,
    @Option("a text file with a template on each line, instead of templates")
        Optional<Path> templatesFile,
    @Option(
            "a JSON file with a list of sentences for each class, or with several groups of such,"
                + " or a list of files, a group in each; instead of templates")
        Optional<List<Path>> texts,
    @Option(
            "sorts the texts into as many groups, by k-means of their embeddings; without it they"
                + " have the groups of the files")
        Optional<Integer> clusters,
    @Option(
            value =
                "of the perceptrons: quick-gelu (OpenAI's), gelu (most of open_clip's and LAION's),"
                    + " or auto: from a config.json beside the weights, else quick-gelu",
            defaultValue = "auto")
        ActivationChoice activation,
    @Option(
            value = "whether texts of more tokens than the model takes are cut off",
            defaultValue = "false")
        boolean truncate,
    @Option(
            value = "false accepts a file with tensors that the model has no place for",
            defaultValue = "true")
        boolean strict,
    @Option(
            value =
                "whether attention and batch-norm stay written out, slower, instead of the frozen"
                    + " form",
            defaultValue = "false")
        boolean plain) {

  /** The activation of the perceptrons. */
  public enum ActivationChoice {
    /** From a file beside the weights, else OpenAI's. */
    AUTO,
    /** {@code x · sigmoid(1.702 x)}. */
    QUICK_GELU,
    /** {@code x · Φ(x)}. */
    GELU;

    /** Returns the activation; empty if it is to be found out. */
    Optional<Activation> given() {
      return switch (this) {
        case AUTO -> Optional.empty();
        case QUICK_GELU -> Optional.of(Activation.QUICK_GELU);
        case GELU -> Optional.of(Activation.GELU);
      };
    }
  }

  /** Checks that templates come from one place. */
  public ClipOptions {
    InvalidOptionException.unless(
        templates.isEmpty() || templatesFile.isEmpty(),
        "templates-file",
        "cannot stand beside templates");
    InvalidOptionException.unless(
        templates.isEmpty() || !templates.get().isEmpty(), "templates", "must not be empty");
    InvalidOptionException.unless(
        texts.isEmpty() || (templates.isEmpty() && templatesFile.isEmpty()),
        "texts",
        "cannot stand beside templates");
    InvalidOptionException.unless(
        texts.isEmpty() || !texts.get().isEmpty(), "texts", "must not be empty");
    InvalidOptionException.unless(
        clusters.orElse(1) >= 1 && clusters.orElse(1) <= 1000,
        "clusters",
        "must lie in [1, 1000], found %s",
        clusters.orElse(0));
  }

  /**
   * Returns the texts of the source labels.
   *
   * @param classNames of the task
   * @param notes is told of what is left out
   */
  SourceTexts sourceTexts(List<String> classNames, Consumer<String> notes) {
    return texts.isPresent()
        ? ClassSentences.read(texts.get()).of(classNames, notes)
        : templates
            .map(Templates::new)
            .or(() -> templatesFile.map(Templates::read))
            .orElseGet(Templates::published)
            .fill(classNames);
  }
}

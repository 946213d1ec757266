package org.reprise.backbones.torchscript;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.StringVectorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.parameter_iterator;
import org.bytedeco.pytorch.parameter_list;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.ForwardOnly;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.support.NameFile;
import org.reprise.support.PlainFile;

/**
 * A frozen TorchScript network. Loading folds batch-norm and turns weights into constants ({@code
 * torch.jit.freeze}), lays convolution weights out channels-last, and tries two images forward and
 * backward.
 */
class TorchScriptBackbone implements Backbone {
  private final JitModule module;
  private final List<String> labels;
  private final ImageSize size;
  private final Normalization normalization;

  private TorchScriptBackbone(
      JitModule module, List<String> labels, ImageSize size, Normalization normalization) {
    this.module = module;
    this.labels = labels;
    this.size = size;
    this.normalization = normalization;
  }

  static TorchScriptBackbone load(
      TorchScriptOptions options, ImageSize size, BackboneContext context) {
    Path file = options.file();
    PlainFile.require("backbone.file: ", file);
    context.input(file);
    Device device = context.device();
    try (PointerScope scope = new PointerScope()) {
      JitModule frozen = freeze(file, device);
      Probed probed = probe(frozen, file, size, device);
      long sourceLabels = probed.sourceLabels();
      List<String> labels =
          options
              .labels()
              .map(path -> readLabels(path, sourceLabels, file, context))
              .orElseGet(
                  () ->
                      IntStream.range(0, (int) sourceLabels).mapToObj(Integer::toString).toList());
      frozen.retainReference();
      return probed
          .forwardOnly()
          .<TorchScriptBackbone>map(
              reason -> new WithoutGradient(frozen, labels, size, options.normalization(), reason))
          .orElseGet(() -> new TorchScriptBackbone(frozen, labels, size, options.normalization()));
    }
  }

  /** A network that gives no gradient to its input. */
  private static final class WithoutGradient extends TorchScriptBackbone implements ForwardOnly {
    private final String reason;

    WithoutGradient(
        JitModule module,
        List<String> labels,
        ImageSize size,
        Normalization normalization,
        String reason) {
      super(module, labels, size, normalization);
      this.reason = reason;
    }

    @Override
    public String reason() {
      return reason;
    }
  }

  /**
   * What trying a network told.
   *
   * @param sourceLabels KS
   * @param forwardOnly why its input has no gradient, where it has none
   */
  private record Probed(long sourceLabels, Optional<String> forwardOnly) {}

  private static JitModule freeze(Path file, Device device) {
    try {
      JitModule loaded = torch.load(file.toString(), new DeviceOptional(device), false);
      loaded.eval();
      parameter_list parameters = loaded.parameters();
      parameter_iterator end = parameters.end();
      for (parameter_iterator at = parameters.begin(); at.notEquals(end); at = at.increment()) {
        Tensor parameter = at.access();
        parameter.set_requires_grad(false);
        if (parameter.dim() == 4) {
          parameter.set_data(parameter.contiguous(MemoryFormat.ChannelsLast));
        }
      }
      return torch.freeze(loaded, new StringVectorOptional(), true);
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          "backbone.file: "
              + file
              + ": not a TorchScript file ("
              + firstLine(e)
              + "); export the network with torch.jit.trace(model.eval(),"
              + " example).save(\"model.pt\")",
          e);
    }
  }

  /**
   * Runs two images forward and backward, so that a network that is none, or only takes as many
   * images as it was traced with, is refused before anything else.
   */
  private static Probed probe(JitModule module, Path file, ImageSize size, Device device) {
    Tensor images =
        torch.zeros(
            new long[] {2, 3, size.height(), size.width()},
            new TensorOptions(ScalarType.Float).device(new DeviceOptional(device)));
    images.set_requires_grad(true);
    Tensor logits;
    try {
      logits = call(module, images);
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          file
              + ": the network does not take two float32 images [2,3,"
              + size.height()
              + ","
              + size.width()
              + "]: "
              + firstLine(e),
          e);
    }
    if (logits.dim() != 2
        || logits.size(0) != 2
        || logits.size(1) < 1
        || !logits.is_floating_point()) {
      throw new InvalidInputException(
          file
              + ": the network returns "
              + Arrays.toString(logits.sizes().vec().get())
              + " for two images, logits [2,KS] were expected");
    }
    return new Probed(
        logits.size(1), withoutGradient(images, logits).map(reason -> file + ": " + reason));
  }

  /** Says why there is no gradient from logits to images, if so. */
  private static Optional<String> withoutGradient(Tensor images, Tensor logits) {
    if (!logits.requires_grad()) {
      return Optional.of(
          "the network gives no gradient to its input (was it exported with no_grad, or"
              + " quantised?)");
    }
    try {
      logits.sum().backward();
    } catch (RuntimeException e) {
      return Optional.of(
          "the gradient of the network's input cannot be computed (" + firstLine(e) + ")");
    }
    return images.grad().defined()
        ? Optional.empty()
        : Optional.of("the network gives no gradient to its input");
  }

  private static List<String> readLabels(
      Path path, long sourceLabels, Path file, BackboneContext context) {
    List<String> names = NameFile.read("backbone.labels", path);
    context.input(path);
    if (names.size() != sourceLabels) {
      throw new InvalidInputException(
          "backbone.labels: "
              + path
              + " names "
              + names.size()
              + " labels, "
              + file
              + " has "
              + sourceLabels
              + " outputs");
    }
    return names;
  }

  private static Tensor call(JitModule module, Tensor x) {
    return module.forward(new IValueVector(new IValue(x))).toTensor();
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("The following operation failed"))
        .findFirst()
        .orElse("no reason given");
  }

  @Override
  public int sourceLabels() {
    return labels.size();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public ImageSize inputSize() {
    return size;
  }

  @Override
  public Normalization normalization() {
    return normalization;
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor logits = call(module, x);
    return logits.scalar_type().intern() == ScalarType.Double
        ? logits.to(ScalarType.Float)
        : logits;
  }

  @Override
  public void close() {
    module.releaseReference();
  }
}

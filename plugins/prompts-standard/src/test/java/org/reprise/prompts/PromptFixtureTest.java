package org.reprise.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.Purpose;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;
import org.reprise.testkit.NativeScope;

/** Recorded outputs and gradients of the reference implementation. */
@ExtendWith(NativeScope.class)
final class PromptFixtureTest {
  private static final double TOLERANCE = 1e-6; // float32, values up to about 3
  private static final String LARGE = "prompts_224.safetensors";

  // the reference's watermark gets images that its data loader has normalised, and leaves them so
  private static final Normalization WATERMARK_NORMALIZATION = Normalization.IDENTITY;

  @Test
  void smallCases() throws IOException {
    Safetensors file = Fixtures.read("prompts_small.safetensors");
    int cases = 0;
    for (Map.Entry<String, String> entry : file.metadata().entrySet()) {
      String name = entry.getKey();
      if (!file.tensors().containsKey(name + "_program")) {
        continue;
      }
      cases++;
      Tensor images = file.get(name + "_x");
      Tensor program = file.get(name + "_program");
      try (LearnedPrompt prompt =
          name.startsWith("padding")
              ? new PaddingPrompt(
                  new ImageSize((int) images.size(2), (int) images.size(3)),
                  program,
                  innerMask(file, name, images),
                  entry.getValue().contains("normalize=False")
                      ? Normalization.IDENTITY
                      : Normalization.IMAGENET,
                  new Device("cpu"))
              : new WatermarkPrompt(
                  program,
                  number(entry.getValue(), "pad"),
                  WATERMARK_NORMALIZATION,
                  ImagePreparation.stretched(ImageSize.square((int) program.size(1))),
                  new Device("cpu"))) {
        check(
            name,
            prompt,
            images,
            file.get(name + "_r"),
            file.get(name + "_out"),
            Optional.ofNullable(file.tensors().get(name + "_grad")));
      }
    }
    assertThat(cases).isPositive();
  }

  @Test
  void fullSizeCases() throws IOException {
    String folder = System.getProperty("reprise.fixtures", "");
    boolean there = !folder.isBlank() && Files.isRegularFile(Path.of(folder, LARGE));
    if (!there) {
      System.out.println(
          "Skipped: "
              + LARGE
              + " is too large to keep here; name a folder that holds it with"
              + " -Dreprise.fixtures=DIR");
    }
    Assumptions.assumeTrue(there, LARGE + " is not there");
    Safetensors file = Fixtures.read(LARGE);
    Normalization normalization =
        new Normalization(
            numbers(file.metadata().get("mean")), numbers(file.metadata().get("std")));
    Tensor program = decoded(file, "program_code", 32);
    Tensor weights = decoded(file, "r_code", 64);
    int cases = 0;
    for (String tensor : file.tensors().keySet()) {
      if (!tensor.endsWith("_out")) {
        continue;
      }
      cases++;
      String name = tensor.replaceFirst("_out$", "");
      boolean padding = name.startsWith("padding");
      Tensor images =
          file.get(padding ? name + "_x" : "watermark_x")
              .to(ScalarType.Float)
              .div(new Scalar(255.0f));
      ImageSize size = new ImageSize((int) images.size(2), (int) images.size(3));
      try (LearnedPrompt prompt =
          padding
              ? new PaddingPrompt(
                  size, program, PaddingPrompt.emptyMask(size), normalization, new Device("cpu"))
              : new WatermarkPrompt(
                  program,
                  Integer.parseInt(file.metadata().get(name + "_pad")),
                  WATERMARK_NORMALIZATION,
                  ImagePreparation.stretched(ImageSize.square((int) program.size(1))),
                  new Device("cpu"))) {
        Optional<Tensor> gradient = Optional.ofNullable(file.tensors().get(name + "_grad"));
        if (!padding) {
          Tensor mask = file.tensors().get(name + "_mask");
          Tensor one = weights.squeeze(0);
          gradient = Optional.of(mask == null ? one : one.mul(mask.to(ScalarType.Float)));
        }
        check(name, prompt, images, weights, file.get(tensor), gradient);
      }
    }
    assertThat(cases).isPositive();
  }

  private static Tensor innerMask(Safetensors file, String name, Tensor images) {
    Tensor mask = file.tensors().get(name + "_inner_mask");
    return mask != null
        ? mask
        : PaddingPrompt.emptyMask(new ImageSize((int) images.size(2), (int) images.size(3)));
  }

  private static void check(
      String name,
      LearnedPrompt prompt,
      Tensor images,
      Tensor weights,
      Tensor expected,
      Optional<Tensor> gradient) {
    Tensor program = prompt.parameters().get(0).tensors().get(0);
    for (MemoryFormat format : List.of(MemoryFormat.Contiguous, MemoryFormat.ChannelsLast)) {
      Tensor laidOut = images.contiguous(format);
      Tensor before = laidOut.clone();
      Tensor output = prompt.forward(laidOut, Purpose.TRAINING).whole();
      assertClose(name + " output", output, expected, TOLERANCE, TOLERANCE);
      assertEqual(name + " images", laidOut, before);
      if (program.grad().defined()) {
        program.mutable_grad().zero_();
      }
      output.mul(weights).sum().backward();
      gradient.ifPresent(
          wanted -> assertClose(name + " gradient", program.grad(), wanted, TOLERANCE, TOLERANCE));
    }
  }

  private static Tensor decoded(Safetensors file, String name, double divisor) throws IOException {
    return file.get(name).to(ScalarType.Float).sub(new Scalar(128.0f)).div(new Scalar(divisor));
  }

  private static int number(String text, String key) {
    Matcher matcher = Pattern.compile("\\b" + key + "=(\\d+)").matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + key + " in " + text);
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static List<Double> numbers(String list) {
    return Arrays.stream(list.replaceAll("[\\[\\] ]", "").split(",")).map(Double::valueOf).toList();
  }
}

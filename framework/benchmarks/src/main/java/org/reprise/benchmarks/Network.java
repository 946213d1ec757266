package org.reprise.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The networks that steps are measured with, each at the batch size of its experiment. */
enum Network {
  /** The quickstart's: 24x24 images on a canvas of 48x48, batches of 64. */
  SHAPENET(64, 24, 48),
  /** MobileNetV2 of ImageNet: 32x32 images on a canvas of 224x224, batches of 50. */
  MOBILENETV2(50, 32, 224);

  private final int batchSize;
  private final int imageSize;
  private final int inputSize;

  Network(int batchSize, int imageSize, int inputSize) {
    this.batchSize = batchSize;
    this.imageSize = imageSize;
    this.inputSize = inputSize;
  }

  int batchSize() {
    return batchSize;
  }

  /**
   * Returns why it cannot be measured here, if so: MobileNetV2's weights are looked for in the
   * folder that the system property {@code reprise.real} names.
   */
  Optional<String> missing() {
    if (this == SHAPENET || Files.isRegularFile(file())) {
      return Optional.empty();
    }
    return Optional.of("no " + file() + " (-Dreprise.real=FOLDER says where)");
  }

  /**
   * Returns an experiment as YAML.
   *
   * @param precision fp32 or bf16
   * @param mapper name of a label mapper
   * @param steps of an epoch
   * @param epochs to train
   */
  String experiment(String precision, String mapper, int steps, int epochs) {
    String backbone =
        this == SHAPENET ? "shapenet" : "{name: torchscript, file: \"" + file() + "\"}";
    return """
        name: benchmark
        device: cpu
        precision: %s
        dataset: {name: shapes, train: %d, validation: 0, test: 1, data-seed: 1, image-size: %d}
        backbone: %s
        prompt: {name: padding, size: %d}
        mapping: [%s]
        training:
          edition: fast
          epochs: %d
          evaluate-every: %d
          batch-size: %d
          optimizer: {name: adam, lr: 0.01}
        """
        .formatted(
            precision,
            steps * batchSize,
            imageSize,
            backbone,
            inputSize,
            mapper,
            epochs,
            epochs,
            batchSize);
  }

  private static Path file() {
    return Path.of(System.getProperty("reprise.real", "real"), "mobilenet_v2_imagenet.pt")
        .toAbsolutePath();
  }
}

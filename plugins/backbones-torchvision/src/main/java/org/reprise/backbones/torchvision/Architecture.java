package org.reprise.backbones.torchvision;

import java.util.List;
import java.util.function.IntFunction;
import org.reprise.backbones.torchvision.network.SwinTransformer;
import org.reprise.backbones.torchvision.network.VisionTransformer;
import org.reprise.networks.Blueprint;

/**
 * A network that a weight file can be for.
 *
 * @param name as in an experiment
 * @param description one line
 * @param head name of the last product's matrix, {@code [KS,features]}
 * @param size height and width of the input it was trained with, pixels
 * @param anySize whether it takes other sizes too
 * @param blueprint makes the network for a number of source labels
 */
record Architecture(
    String name,
    String description,
    String head,
    int size,
    boolean anySize,
    IntFunction<Blueprint> blueprint) {

  static final Architecture RESNET18 =
      resnet("resnet18", "ResNet-18", ks -> ResNets.basic(List.of(2, 2, 2, 2), ks));
  static final Architecture RESNET34 =
      resnet("resnet34", "ResNet-34", ks -> ResNets.basic(List.of(3, 4, 6, 3), ks));
  static final Architecture RESNET50 =
      resnet("resnet50", "ResNet-50", ks -> ResNets.bottleneck(List.of(3, 4, 6, 3), 1, 64, ks));
  static final Architecture RESNET101 =
      resnet("resnet101", "ResNet-101", ks -> ResNets.bottleneck(List.of(3, 4, 23, 3), 1, 64, ks));
  static final Architecture RESNET152 =
      resnet("resnet152", "ResNet-152", ks -> ResNets.bottleneck(List.of(3, 8, 36, 3), 1, 64, ks));
  static final Architecture RESNEXT50_32X4D =
      resnet(
          "resnext50-32x4d",
          "ResNeXt-50, 32 groups of 4 channels",
          ks -> ResNets.bottleneck(List.of(3, 4, 6, 3), 32, 4, ks));
  static final Architecture RESNEXT101_32X8D =
      resnet(
          "resnext101-32x8d",
          "ResNeXt-101, 32 groups of 8 channels",
          ks -> ResNets.bottleneck(List.of(3, 4, 23, 3), 32, 8, ks));
  static final Architecture RESNEXT101_64X4D =
      resnet(
          "resnext101-64x4d",
          "ResNeXt-101, 64 groups of 4 channels",
          ks -> ResNets.bottleneck(List.of(3, 4, 23, 3), 64, 4, ks));
  static final Architecture WIDE_RESNET50_2 =
      resnet(
          "wide-resnet50-2",
          "Wide ResNet-50, twice the inner channels",
          ks -> ResNets.bottleneck(List.of(3, 4, 6, 3), 1, 128, ks));
  static final Architecture MOBILENET_V2 =
      new Architecture(
          "mobilenet-v2",
          "MobileNetV2, width 1",
          "classifier.1.weight",
          224,
          true,
          MobileNets::torchvision);
  static final Architecture MOBILENET_V2_TF =
      new Architecture(
          "mobilenet-v2-tf",
          "MobileNetV2, width 1, as TensorFlow publishes it: batch-norm folded, other padding",
          "classifier.1.weight",
          224,
          true,
          MobileNets::tensorFlow);
  static final Architecture CIFAR_RESNET20 = cifar(3);
  static final Architecture CIFAR_RESNET32 = cifar(5);
  static final Architecture CIFAR_RESNET44 = cifar(7);
  static final Architecture CIFAR_RESNET56 = cifar(9);

  static final Architecture VIT_B_16 = vit(16);
  static final Architecture VIT_B_32 = vit(32);
  static final Architecture SWIN_T =
      new Architecture(
          "swin-t",
          "Swin transformer, tiny",
          "head.weight",
          224,
          false,
          ks -> new SwinTransformer(List.of(2, 2, 6, 2), 96, 3, ks));

  /** All of them. */
  static final List<Architecture> ALL =
      List.of(
          RESNET18,
          RESNET34,
          RESNET50,
          RESNET101,
          RESNET152,
          RESNEXT50_32X4D,
          RESNEXT101_32X8D,
          RESNEXT101_64X4D,
          WIDE_RESNET50_2,
          MOBILENET_V2,
          MOBILENET_V2_TF,
          CIFAR_RESNET20,
          CIFAR_RESNET32,
          CIFAR_RESNET44,
          CIFAR_RESNET56,
          VIT_B_16,
          VIT_B_32,
          SWIN_T);

  private static Architecture resnet(String name, String title, IntFunction<Blueprint> blueprint) {
    return new Architecture(name, title, "fc.weight", 224, true, blueprint);
  }

  private static Architecture vit(int patch) {
    return new Architecture(
        "vit-b-" + patch,
        "Vision transformer, base, patches of " + patch + "x" + patch + " pixels",
        "heads.head.weight",
        224,
        false,
        ks -> new VisionTransformer(224, patch, 12, 12, 768, 3072, ks));
  }

  private static Architecture cifar(int blocks) {
    int depth = 6 * blocks + 2;
    return new Architecture(
        "cifar-resnet" + depth,
        "ResNet-" + depth + " for 32x32 images, shortcuts without parameters",
        "linear.weight",
        32,
        true,
        ks -> CifarResNets.of(blocks, ks));
  }

  @Override
  public String toString() {
    return name;
  }
}

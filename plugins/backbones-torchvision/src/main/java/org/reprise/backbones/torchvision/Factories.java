package org.reprise.backbones.torchvision;

import org.pf4j.Extension;

/** The factories, one for each architecture: a name in an experiment is a factory's. */
final class Factories {
  private Factories() {}

  /** Makes {@link Architecture#RESNET18}. */
  @Extension
  public static final class ResNet18 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNet18() {
      super(Architecture.RESNET18);
    }
  }

  /** Makes {@link Architecture#RESNET34}. */
  @Extension
  public static final class ResNet34 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNet34() {
      super(Architecture.RESNET34);
    }
  }

  /** Makes {@link Architecture#RESNET50}. */
  @Extension
  public static final class ResNet50 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNet50() {
      super(Architecture.RESNET50);
    }
  }

  /** Makes {@link Architecture#RESNET101}. */
  @Extension
  public static final class ResNet101 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNet101() {
      super(Architecture.RESNET101);
    }
  }

  /** Makes {@link Architecture#RESNET152}. */
  @Extension
  public static final class ResNet152 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNet152() {
      super(Architecture.RESNET152);
    }
  }

  /** Makes {@link Architecture#RESNEXT50_32X4D}. */
  @Extension
  public static final class ResNext50Groups32 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNext50Groups32() {
      super(Architecture.RESNEXT50_32X4D);
    }
  }

  /** Makes {@link Architecture#RESNEXT101_32X8D}. */
  @Extension
  public static final class ResNext101Groups32 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNext101Groups32() {
      super(Architecture.RESNEXT101_32X8D);
    }
  }

  /** Makes {@link Architecture#RESNEXT101_64X4D}. */
  @Extension
  public static final class ResNext101Groups64 extends TorchvisionFactory {
    /** For the plugin host. */
    public ResNext101Groups64() {
      super(Architecture.RESNEXT101_64X4D);
    }
  }

  /** Makes {@link Architecture#WIDE_RESNET50_2}. */
  @Extension
  public static final class WideResNet50 extends TorchvisionFactory {
    /** For the plugin host. */
    public WideResNet50() {
      super(Architecture.WIDE_RESNET50_2);
    }
  }

  /** Makes {@link Architecture#MOBILENET_V2}. */
  @Extension
  public static final class MobileNetV2 extends TorchvisionFactory {
    /** For the plugin host. */
    public MobileNetV2() {
      super(Architecture.MOBILENET_V2);
    }
  }

  /** Makes {@link Architecture#MOBILENET_V2_TF}. */
  @Extension
  public static final class MobileNetV2TensorFlow extends TorchvisionFactory {
    /** For the plugin host. */
    public MobileNetV2TensorFlow() {
      super(Architecture.MOBILENET_V2_TF);
    }
  }

  /** Makes {@link Architecture#CIFAR_RESNET20}. */
  @Extension
  public static final class CifarResNet20 extends TorchvisionFactory {
    /** For the plugin host. */
    public CifarResNet20() {
      super(Architecture.CIFAR_RESNET20);
    }
  }

  /** Makes {@link Architecture#CIFAR_RESNET32}. */
  @Extension
  public static final class CifarResNet32 extends TorchvisionFactory {
    /** For the plugin host. */
    public CifarResNet32() {
      super(Architecture.CIFAR_RESNET32);
    }
  }

  /** Makes {@link Architecture#CIFAR_RESNET44}. */
  @Extension
  public static final class CifarResNet44 extends TorchvisionFactory {
    /** For the plugin host. */
    public CifarResNet44() {
      super(Architecture.CIFAR_RESNET44);
    }
  }

  /** Makes {@link Architecture#CIFAR_RESNET56}. */
  @Extension
  public static final class CifarResNet56 extends TorchvisionFactory {
    /** For the plugin host. */
    public CifarResNet56() {
      super(Architecture.CIFAR_RESNET56);
    }
  }

  /** Makes {@link Architecture#VIT_B_16}. */
  @Extension
  public static final class VitB16 extends TorchvisionFactory {
    /** For the plugin host. */
    public VitB16() {
      super(Architecture.VIT_B_16);
    }
  }

  /** Makes {@link Architecture#VIT_B_32}. */
  @Extension
  public static final class VitB32 extends TorchvisionFactory {
    /** For the plugin host. */
    public VitB32() {
      super(Architecture.VIT_B_32);
    }
  }

  /** Makes {@link Architecture#SWIN_T}. */
  @Extension
  public static final class SwinT extends TorchvisionFactory {
    /** For the plugin host. */
    public SwinT() {
      super(Architecture.SWIN_T);
    }
  }
}

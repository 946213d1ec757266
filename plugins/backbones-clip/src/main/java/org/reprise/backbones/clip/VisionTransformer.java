package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.backbones.clip.Layers.Attention;
import org.reprise.backbones.clip.Layers.LayerNorm;
import org.reprise.backbones.clip.Layers.ResidualBlock;

/** The image tower of ViT-B/32, ViT-B/16 and ViT-L/14: patches, a class token, residual blocks. */
final class VisionTransformer implements ImageTower {
  private final boolean plain;
  private final Tensor patches;
  private final Tensor classToken;
  private final Tensor positions;
  private final LayerNorm before;
  private final List<ResidualBlock> blocks = new ArrayList<>();
  private final LayerNorm after;
  private final Tensor projection;

  VisionTransformer(
      Parameters parameters,
      ClipSizes.Vision sizes,
      long embedding,
      Activation activation,
      boolean plain) {
    this.plain = plain;
    long width = sizes.width();
    long grid = sizes.imageSize() / sizes.patch();
    patches = parameters.take("visual.conv1.weight", width, 3, sizes.patch(), sizes.patch());
    classToken = parameters.take("visual.class_embedding", width);
    positions = parameters.take("visual.positional_embedding", grid * grid + 1, width);
    before = LayerNorm.take(parameters, "visual.ln_pre", width);
    Attention attention = new Attention(sizes.heads(), false, plain);
    for (int i = 0; i < sizes.blocks().get(0); i++) {
      blocks.add(
          ResidualBlock.take(
              parameters, ClipSizes.VISION_BLOCKS + i, width, attention, activation));
    }
    after = LayerNorm.take(parameters, "visual.ln_post", width);
    projection = parameters.take("visual.proj", width, embedding);
  }

  @Override
  public Tensor encode(Tensor images) {
    long side = patches.size(2);
    Tensor x =
        torch
            .conv2d(
                images,
                patches,
                new TensorOptional(),
                new long[] {side, side},
                new long[] {0, 0},
                new long[] {1, 1},
                1)
            .flatten(2, -1)
            .transpose(1, 2);
    Tensor token = classToken.to(x.dtype()).expand(x.size(0), 1, x.size(2));
    x = before.apply(torch.cat(new TensorVector(token, x), 1).add(positions));
    for (ResidualBlock block : blocks.subList(0, blocks.size() - 1)) {
      x = block.apply(x);
    }
    // only the class token is read, so the frozen form leaves the others out of the last block
    ResidualBlock last = blocks.get(blocks.size() - 1);
    x = plain ? last.apply(x) : last.applyToFirst(x);
    return after.apply(x.select(1, 0)).matmul(projection);
  }
}

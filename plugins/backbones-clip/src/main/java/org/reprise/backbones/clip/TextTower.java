package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.backbones.clip.Layers.Attention;
import org.reprise.backbones.clip.Layers.LayerNorm;
import org.reprise.backbones.clip.Layers.ResidualBlock;

/** Makes features of texts. Its weights belong to the {@link Parameters} they came from. */
final class TextTower {
  private final Tensor embedding;
  private final Tensor positions;
  private final List<ResidualBlock> blocks = new ArrayList<>();
  private final LayerNorm after;
  private final Tensor projection;
  private final Device device;

  TextTower(
      Parameters parameters, ClipSizes sizes, Activation activation, boolean plain, Device device) {
    ClipSizes.Text text = sizes.text();
    this.device = device;
    embedding = parameters.take("token_embedding.weight", text.vocabulary(), text.width());
    positions = parameters.take("positional_embedding", text.context(), text.width());
    Attention attention = new Attention(text.heads(), true, plain);
    for (int i = 0; i < text.blocks(); i++) {
      blocks.add(
          ResidualBlock.take(
              parameters, ClipSizes.TEXT_BLOCKS + i, text.width(), attention, activation));
    }
    after = LayerNorm.take(parameters, "ln_final", text.width());
    projection = parameters.take("text_projection", text.width(), sizes.embedding());
  }

  /**
   * Runs the tower. Attention is causal and only the end token's place is read, so what would stand
   * behind the longest text is left out.
   *
   * @param texts token numbers from the start token to the end token
   * @return {@code [texts,D]}, not scaled to length 1; the caller's scope owns it
   */
  Tensor encode(List<int[]> texts) {
    int longest = texts.stream().mapToInt(tokens -> tokens.length).max().orElseThrow();
    long[] padded = new long[texts.size() * longest];
    for (int row = 0; row < texts.size(); row++) {
      for (int i = 0; i < texts.get(row).length; i++) {
        padded[row * longest + i] = texts.get(row)[i];
      }
    }
    Tensor tokens =
        AbstractTensor.create(padded, texts.size(), longest).to(device, ScalarType.Long);
    Tensor x = torch.embedding(embedding, tokens).add(positions.narrow(0, 0, longest));
    for (ResidualBlock block : blocks) {
      x = block.apply(x);
    }
    TensorVector ends = new TensorVector();
    for (int row = 0; row < texts.size(); row++) {
      ends.push_back(x.select(0, row).select(0, texts.get(row).length - 1));
    }
    return after.apply(torch.stack(ends, 0)).matmul(projection);
  }
}

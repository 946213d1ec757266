package org.reprise.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.safetensors.Safetensors;

/**
 * The smallest CLIP model: images of 32x32, one block 64 wide in each tower, random weights in
 * OpenAI's names; and a vocabulary of bytes alone.
 */
final class TinyClip {
  private static final long WIDTH = 64;
  private static final long TOKENS = 2 * 256 + 2;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final SplittableRandom random = new SplittableRandom(5);

  private TinyClip() {}

  /**
   * Writes {@code clip.safetensors} and {@code vocabulary.txt}.
   *
   * @param folder where to
   * @param features length of the features
   */
  static void write(Path folder, long features) throws IOException {
    Files.writeString(folder.resolve("vocabulary.txt"), "#version: 0.2\n");
    try (PointerScope scope = new PointerScope()) {
      TinyClip clip = new TinyClip();
      clip.draw("visual.conv1.weight", 0.05, WIDTH, 3, 16, 16);
      clip.draw("visual.class_embedding", 0.5, WIDTH);
      clip.draw("visual.positional_embedding", 0.5, 5, WIDTH);
      clip.norm("visual.ln_pre");
      clip.block("visual.transformer.resblocks.0");
      clip.norm("visual.ln_post");
      clip.draw("visual.proj", 0.2, WIDTH, features);
      clip.draw("token_embedding.weight", 0.5, TOKENS, WIDTH);
      clip.draw("positional_embedding", 0.3, 77, WIDTH);
      clip.block("transformer.resblocks.0");
      clip.norm("ln_final");
      clip.draw("text_projection", 0.2, WIDTH, features);
      clip.tensors.put("logit_scale", Tensor.create(new float[] {3}, 1).reshape(new long[0]));
      new Safetensors(clip.tensors, Map.of()).write(folder.resolve("clip.safetensors"));
    }
  }

  private void block(String name) {
    norm(name + ".ln_1");
    draw(name + ".attn.in_proj_weight", 0.2, 3 * WIDTH, WIDTH);
    draw(name + ".attn.in_proj_bias", 0.1, 3 * WIDTH);
    linear(name + ".attn.out_proj", WIDTH, WIDTH);
    norm(name + ".ln_2");
    linear(name + ".mlp.c_fc", 4 * WIDTH, WIDTH);
    linear(name + ".mlp.c_proj", WIDTH, 4 * WIDTH);
  }

  private void linear(String name, long out, long in) {
    draw(name + ".weight", 0.2, out, in);
    draw(name + ".bias", 0.1, out);
  }

  private void norm(String name) {
    float[] ones = new float[(int) WIDTH];
    java.util.Arrays.fill(ones, 1);
    tensors.put(name + ".weight", Tensor.create(ones, WIDTH));
    draw(name + ".bias", 0.1, WIDTH);
  }

  private void draw(String name, double factor, long... shape) {
    int size = 1;
    for (long dimension : shape) {
      size *= (int) dimension;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (factor * (2 * random.nextDouble() - 1));
    }
    tensors.put(name, Tensor.create(values, shape));
  }
}

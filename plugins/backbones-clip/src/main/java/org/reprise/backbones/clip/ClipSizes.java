package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.reprise.api.InvalidInputException;

/**
 * The sizes of a CLIP model, as its weights' shapes tell them. Heads are 64 wide in all of OpenAI's
 * models and in all published text towers; open_clip's largest image towers have wider ones.
 *
 * @param vision of the image tower
 * @param text of the text tower
 * @param embedding D, length of the features of both
 */
record ClipSizes(Vision vision, Text text, long embedding) {
  static final String VISION_BLOCKS = "visual.transformer.resblocks.";
  static final String TEXT_BLOCKS = "transformer.resblocks.";
  private static final long HEAD = 64;

  /** Width of a head by width of the image tower: ViT-H, -g, -bigG and -e. */
  private static final Map<Long, Long> WIDER_HEADS =
      Map.of(1280L, 80L, 1408L, 88L, 1664L, 104L, 1792L, 112L);

  private static final long LARGEST_IMAGE = 4096;

  /**
   * Sizes of an image tower.
   *
   * @param transformer a vision transformer, else a residual network
   * @param imageSize height and width of the images, pixels
   * @param patch height and width of a patch, pixels; 0 for a residual network
   * @param width of the residual stream, or channels behind the stem
   * @param heads of the attention
   * @param blocks how many, in each stage
   */
  record Vision(
      boolean transformer,
      long imageSize,
      long patch,
      long width,
      long heads,
      List<Integer> blocks) {
    static final long RESIDUAL_STRIDE = 32;
  }

  /**
   * Sizes of a text tower.
   *
   * @param context tokens of the longest text, start and end included
   * @param vocabulary number of tokens
   * @param width of the residual stream
   * @param heads of the attention
   * @param blocks how many
   */
  record Text(long context, long vocabulary, long width, long heads, int blocks) {}

  /**
   * Reads the sizes off the shapes.
   *
   * @param unseen what they do not show
   * @throws InvalidInputException if they are not those of a CLIP model
   */
  static ClipSizes of(Parameters parameters, String place, Unseen unseen) {
    long embedding = parameters.shape("text_projection", 2)[1];
    long[] positions = parameters.shape("positional_embedding", 2);
    Text text =
        new Text(
            positions[0],
            parameters.shape("token_embedding.weight", 2)[0],
            positions[1],
            heads(positions[1], HEAD, unseen.textHeads(), "positional_embedding", place),
            count(parameters, TEXT_BLOCKS, ".ln_1.weight", place));
    Vision vision =
        parameters.has("visual.proj")
            ? transformer(parameters, place, unseen.imageHeads())
            : residual(parameters, place);
    if (vision.imageSize() > LARGEST_IMAGE || vision.imageSize() < 1) {
      throw new InvalidInputException(
          String.format(
              "%s: images of %d pixels; expected 1 to %d",
              place, vision.imageSize(), LARGEST_IMAGE));
    }
    return new ClipSizes(vision, text, embedding);
  }

  private static Vision transformer(Parameters parameters, String place, OptionalLong heads) {
    long[] patches = parameters.shape("visual.conv1.weight", 4);
    long grid = grid(parameters.shape("visual.positional_embedding", 2)[0], place);
    return new Vision(
        true,
        Math.multiplyExact(grid, patches[3]),
        patches[3],
        patches[0],
        heads(
            patches[0],
            WIDER_HEADS.getOrDefault(patches[0], HEAD),
            heads,
            "visual.conv1.weight",
            place),
        List.of(count(parameters, VISION_BLOCKS, ".ln_1.weight", place)));
  }

  private static Vision residual(Parameters parameters, String place) {
    long width = parameters.shape("visual.layer1.0.conv1.weight", 4)[0];
    long grid = grid(parameters.shape("visual.attnpool.positional_embedding", 2)[0], place);
    List<Integer> blocks = new ArrayList<>();
    for (int stage = 1; stage <= 4; stage++) {
      blocks.add(count(parameters, "visual.layer" + stage + ".", ".conv1.weight", place));
    }
    return new Vision(
        false,
        Math.multiplyExact(grid, Vision.RESIDUAL_STRIDE),
        0,
        width,
        heads(
            Math.multiplyExact(width, 32L),
            HEAD,
            OptionalLong.empty(),
            "visual.layer1.0.conv1.weight",
            place),
        blocks);
  }

  private static long grid(long positions, String place) {
    long grid = Math.round(Math.sqrt(positions - 1.0));
    if (grid < 1 || grid * grid + 1 != positions) {
      throw new InvalidInputException(
          place
              + ": "
              + positions
              + " positions of the image tower; expected one more than a square number");
    }
    return grid;
  }

  private static long heads(
      long width, long each, OptionalLong written, String name, String place) {
    if (written.isPresent()) {
      long heads = written.getAsLong();
      if (heads < 1 || width % heads != 0) {
        throw new InvalidInputException(
            String.format(
                "%s: tensor \"%s\" makes the network %d wide, which the configuration beside it"
                    + " divides into %d heads",
                place, name, width, heads));
      }
      return heads;
    }
    if (width < each || width % each != 0) {
      throw new InvalidInputException(
          String.format(
              "%s: tensor \"%s\" makes the network %d wide; expected a multiple of %d",
              place, name, width, each));
    }
    return width / each;
  }

  /**
   * Returns what is assumed of the image tower and written nowhere, if OpenAI has no such model.
   */
  Optional<String> assumed(Unseen unseen) {
    return unseen.imageHeads().isEmpty()
            && vision.transformer()
            && WIDER_HEADS.containsKey(vision.width())
        ? Optional.of(
            String.format(
                "an image tower %d wide is assumed to have %d heads, as open_clip's has; its"
                    + " config.json or open_clip_config.json beside it would say it",
                vision.width(), vision.heads()))
        : Optional.empty();
  }

  private static int count(Parameters parameters, String prefix, String suffix, String place) {
    int count = 0;
    while (parameters.has(prefix + count + suffix)) {
      count++;
    }
    if (count == 0) {
      throw new InvalidInputException(
          place + ": not the weights of a CLIP model: no tensor \"" + prefix + 0 + suffix + "\"");
    }
    return count;
  }
}

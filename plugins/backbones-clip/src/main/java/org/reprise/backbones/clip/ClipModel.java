package org.reprise.backbones.clip;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * Both towers of a CLIP model. The text tower may be closed once all texts are encoded.
 *
 * @param sizes as the weights' shapes tell them
 * @param image the image tower
 * @param imageParameters what it holds
 * @param text the text tower
 * @param textParameters what it holds
 * @param logitScale factor of the cosines, {@code exp(logit_scale)}
 * @param left tensors of the file that the model has no place for, with their shapes
 */
record ClipModel(
    ClipSizes sizes,
    ImageTower image,
    Parameters imageParameters,
    TextTower text,
    Parameters textParameters,
    double logitScale,
    List<String> left)
    implements AutoCloseable {

  /**
   * Builds the towers.
   *
   * @param weights in OpenAI's or Hugging Face's names, any floating-point dtype
   * @param place what error messages call them
   * @param unseen what they do not show
   * @param device where to
   * @param plain attention and batch-norm written out, instead of the frozen form
   * @param strict whether tensors that no tower wants are an error
   * @throws InvalidInputException if they are not the weights of a CLIP model
   */
  static ClipModel load(
      TensorSource weights,
      String place,
      Unseen unseen,
      Device device,
      boolean plain,
      boolean strict) {
    Activation activation = unseen.activation();
    TensorSource source = HuggingFaceNames.translated(weights);
    Parameters image = new Parameters(source, place, device);
    Parameters text = new Parameters(source, place, device);
    try (PointerScope scope = new PointerScope()) {
      ClipSizes sizes = ClipSizes.of(image, place, unseen);
      ImageTower imageTower =
          sizes.vision().transformer()
              ? new VisionTransformer(image, sizes.vision(), sizes.embedding(), activation, plain)
              : ResidualTower.take(image, sizes.vision(), sizes.embedding(), plain);
      TextTower textTower = new TextTower(text, sizes, activation, plain, device);
      double scale = Math.exp(image.take("logit_scale").item_double());
      SortedSet<String> left = image.left();
      left.retainAll(text.left());
      left.removeIf(ClipModel::bookkeeping);
      // problems of both towers in one report
      text.problemsFrom(image);
      text.throwIfProblems(strict ? left : new TreeSet<>());
      List<String> unexpected =
          left.stream()
              .map(name -> Shown.of(name) + " " + Arrays.toString(source.shape(name)))
              .toList();
      return new ClipModel(sizes, imageTower, image, textTower, text, scale, unexpected);
    } catch (ArithmeticException e) {
      image.close();
      text.close();
      throw new InvalidInputException(place + ": sizes too large for a CLIP model", e);
    } catch (RuntimeException | Error e) {
      image.close();
      text.close();
      throw e;
    }
  }

  /** Tells whether a tensor is a count or a list of positions that no tower computes with. */
  private static boolean bookkeeping(String name) {
    return name.equals("input_resolution")
        || name.equals("context_length")
        || name.equals("vocab_size")
        || name.endsWith(".num_batches_tracked")
        || name.endsWith(".position_ids");
  }

  @Override
  public void close() {
    imageParameters.close();
    textParameters.close();
  }
}

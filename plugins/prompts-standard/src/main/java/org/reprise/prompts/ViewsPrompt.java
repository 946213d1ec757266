package org.reprise.prompts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Pictured;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.support.SavedState;

/**
 * Several prompts of one kind, each of which makes a view of every image. State: what each saves,
 * under {@code view1.}, {@code view2.} and so on.
 */
final class ViewsPrompt implements InputPrompt, Trainable, Pictured, Capturable {
  private final List<? extends LearnedPrompt> prompts;

  /**
   * Takes over prompts.
   *
   * @param prompts at least one, for images of one form; closed with this one
   */
  ViewsPrompt(List<? extends LearnedPrompt> prompts) {
    this.prompts = List.copyOf(prompts);
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return prompts.get(0).preparation(split);
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    Tensor[] views =
        prompts.stream()
            .map(prompt -> prompt.forward(images, purpose).whole())
            .toArray(Tensor[]::new);
    return new NetworkInput.Whole(torch.cat(new TensorVector(views), 0));
  }

  @Override
  public int views() {
    return prompts.size();
  }

  @Override
  public List<ParameterGroup> parameters() {
    return prompts.stream().flatMap(prompt -> prompt.parameters().stream()).toList();
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int view = 0; view < prompts.size(); view++) {
      String prefix = "view" + (view + 1) + ".";
      prompts.get(view).state().forEach((name, tensor) -> state.put(prefix + name, tensor));
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyAll(state(), state);
  }

  @Override
  public Map<String, Tensor> pictures() {
    Map<String, Tensor> pictures = new LinkedHashMap<>();
    for (int view = 0; view < prompts.size(); view++) {
      String suffix = ", view " + (view + 1);
      prompts.get(view).pictures().forEach((name, tensor) -> pictures.put(name + suffix, tensor));
    }
    return pictures;
  }

  @Override
  public void close() {
    prompts.forEach(LearnedPrompt::close);
  }
}

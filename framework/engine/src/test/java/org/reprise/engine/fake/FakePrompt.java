package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.ParameterGroup.Schedule;
import org.reprise.api.training.RuleSpec;
import org.reprise.support.SavedState;

/** Adds one number to every pixel; a second one is moved as well and changes nothing. */
public class FakePrompt implements InputPrompt, Trainable, Capturable {
  private final KeptTensor program;
  private final KeptTensor moves;
  private final List<Double> stepped = new ArrayList<>();
  private final List<Purpose> purposes = new ArrayList<>();
  private int closed;

  /** Makes a prompt that adds 0. */
  public FakePrompt() {
    try (PointerScope scope = new PointerScope()) {
      program = new KeptTensor(torch.zeros(1).set_requires_grad(true));
      moves = new KeptTensor(torch.zeros(1).set_requires_grad(true));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return ImagePreparation.stretched(ImageSize.square(FakeNetwork.SIDE));
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    purposes.add(purpose);
    return new NetworkInput.Whole(images.add(program.get()).add(moves.get().mul(new Scalar(0.0))));
  }

  @Override
  public List<ParameterGroup> parameters() {
    return List.of(
        ParameterGroup.of(program.get()),
        new ParameterGroup(
            List.of(moves.get()),
            Optional.of(new RuleSpec("counter", Map.of("lr", Plan.CONSTANT_RATE))),
            Schedule.CONSTANT));
  }

  @Override
  public void stepped() {
    stepped.add(program.get().item_double());
  }

  /** Returns what was added when each step was told of. */
  public List<Double> steppedAt() {
    return stepped;
  }

  /** Returns what each batch was for. */
  public List<Purpose> purposes() {
    return purposes;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("program", program.get());
    state.put("moves", moves.get());
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, "program", torch.ScalarType.Float, 1);
    SavedState.copyInto(moves.get(), state.get("moves"));
    SavedState.copyInto(program.get(), saved);
  }

  /** Returns how often it was closed. */
  public int closed() {
    return closed;
  }

  @Override
  public void close() {
    closed++;
    program.close();
    moves.close();
  }
}

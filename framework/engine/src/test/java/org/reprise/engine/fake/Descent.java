package org.reprise.engine.fake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.DeviceRule;
import org.reprise.support.SavedState;

/** Gradient descent with half of the last move added. */
public final class Descent implements DeviceRule {
  private final List<Tensor> parameters;
  private final double rate;
  private final List<KeptTensor> moves;

  /**
   * Makes a rule that has not stepped yet.
   *
   * @param parameters what it moves
   * @param rate before any schedule
   */
  public Descent(List<Tensor> parameters, double rate) {
    this.parameters = List.copyOf(parameters);
    this.rate = rate;
    try (PointerScope scope = new PointerScope()) {
      this.moves = parameters.stream().map(p -> new KeptTensor(torch.zeros_like(p))).toList();
    }
  }

  @Override
  public void step(Closure loss, double learningRate) {
    Scalar rate = new Scalar(learningRate);
    move(gradient -> gradient.mul(rate));
  }

  @Override
  public void step(Tensor learningRate, int samples) {
    Tensor rate = learningRate.to(ScalarType.Float);
    move(gradient -> gradient.mul(rate));
  }

  private void move(UnaryOperator<Tensor> shortened) {
    for (int i = 0; i < parameters.size(); i++) {
      Tensor gradient = parameters.get(i).grad();
      if (gradient.defined()) {
        Tensor move = moves.get(i).get();
        move.mul_(new Scalar(0.5)).sub_(shortened.apply(gradient));
        parameters.get(i).add_(move);
      }
    }
  }

  @Override
  public double learningRate() {
    return rate;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < moves.size(); i++) {
      state.put("move." + i, moves.get(i).get());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    for (int i = 0; i < moves.size(); i++) {
      SavedState.copyInto(moves.get(i).get(), state.get("move." + i));
    }
  }

  @Override
  public void close() {
    moves.forEach(KeptTensor::close);
  }
}

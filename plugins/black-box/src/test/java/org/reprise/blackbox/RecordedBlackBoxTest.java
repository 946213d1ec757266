package org.reprise.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.Closure;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.PeerNetwork;

/** Recorded decoder outputs and training steps of BlackVIP. */
@ExtendWith(NativeScope.class)
final class RecordedBlackBoxTest {
  private static final Normalization CLIP =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

  @Test
  void decodesAsThePublishedCode() {
    Peer one = Peer.read("blackvip").of("decoder");
    Tensor z = one.get("z");
    int side = one.settings().get("out").get(2).intValue();
    int grid = side / Decoder.GROWTH;
    int channels = one.number("src_dim") / (grid * grid);
    try (CoordinatorPrompt prompt = prompt(side, channels, 1, images -> z, z.size(1))) {
      start(prompt, one, "");
      List<String> order = new ArrayList<>();
      one.settings().get("order").forEach(name -> order.add(name.textValue()));
      List<String> learned =
          prompt.state().keySet().stream().filter(name -> !name.contains("running")).toList();
      assertThat(learned).isEqualTo(order);
      assertThat(prompt.parameters().get(0).tensors().stream().mapToLong(Tensor::numel).sum())
          .isEqualTo(one.get("parameter_count").item_long());
      for (boolean training : new boolean[] {false, true}) { // training moves the statistics
        String mode = training ? "train_" : "eval_";
        Tensor picture = prompt.picture(z, training);
        assertClose(mode + "mean", picture.mean(2, 3), one.get(mode + "out_mean"), 2e-5, 0);
        Tensor expected = one.get(mode + "out_grid");
        long[] places = new long[(int) expected.size(2)];
        for (int i = 0; i < places.length; i++) {
          places[i] = 5 + 16L * i;
        }
        Tensor at = Tensor.create(places);
        assertClose(
            mode + "out", picture.index_select(2, at).index_select(3, at), expected, 2e-5, 0);
      }
    }
  }

  @Test
  void clipsToTheRangeOfPixels() {
    Peer one = Peer.read("blackvip").of("clip");
    Tensor x = one.get("x");
    Tensor mean = column(CLIP.mean());
    Tensor std = column(CLIP.std());
    Tensor lowest = mean.neg().div(std);
    Tensor highest = mean.neg().add(new Scalar(1.0)).div(std);
    assertClose(
        "clipped", CoordinatorPrompt.clipped(x, lowest, highest), one.get("out"), 2.5e-7, 0);
  }

  private static Tensor column(List<Double> values) {
    return Tensor.create(values.stream().mapToDouble(Double::doubleValue).toArray())
        .to(ScalarType.Float)
        .reshape(1, 3, 1, 1);
  }

  /** From the recorded parameters before each step; the losses are the network's. */
  @ParameterizedTest
  @ValueSource(strings = {"spsa_gc", "spsa"})
  void lossesOfEachStep(String name) {
    Peer run = Peer.read("blackvip").of(name);
    try (CoordinatorPrompt prompt = started(run);
        Spsa rule = rule(run, prompt);
        NoGradGuard noGradient = new NoGradGuard()) {
      Losses losses = new Losses(run, prompt);
      for (int step = 0; step < run.number("steps"); step++) {
        set(prompt, run.get("parameters").select(0, step));
        rule.step(losses, rule.learningRate());
      }
      assertClose("losses", losses.all(), run.get("loss_pairs").flatten(), 5e-6, 0);
      compareStatistics(run, prompt, 2e-6);
    }
  }

  /** From the recorded parameters before each step and the recorded losses. */
  @ParameterizedTest
  @ValueSource(strings = {"spsa_gc", "spsa"})
  void updatesOfEachStep(String name) {
    Peer run = Peer.read("blackvip").of(name);
    Iterator<Double> recorded = Arrays.stream(doubles(run.get("loss_pairs"))).iterator();
    try (CoordinatorPrompt prompt = started(run);
        Spsa rule = rule(run, prompt);
        NoGradGuard noGradient = new NoGradGuard()) {
      Closure losses = gradients -> Tensor.create(new float[] {recorded.next().floatValue()});
      for (int step = 0; step < run.number("steps"); step++) {
        set(prompt, run.get("parameters").select(0, step));
        rule.step(losses, rule.learningRate());
        Tensor expected = run.get("parameters").select(0, step + 1);
        assertClose("after step " + step, parameters(prompt), expected, 1e-6, 0);
      }
      compareMomentum(run, rule, 1e-6);
    }
    assertThat(recorded.hasNext()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spsa_gc", "spsa"})
  void aWholeRun(String name) {
    boolean corrected = name.equals("spsa_gc");
    double tolerance = corrected ? 2e-4 : 2e-5;
    Peer run = Peer.read("blackvip").of(name);
    try (CoordinatorPrompt prompt = started(run);
        Spsa rule = rule(run, prompt);
        NoGradGuard noGradient = new NoGradGuard()) {
      Losses losses = new Losses(run, prompt);
      for (int step = 0; step < run.number("steps"); step++) {
        rule.step(losses, rule.learningRate());
        Tensor expected = run.get("parameters").select(0, step + 1);
        assertClose("after step " + step, parameters(prompt), expected, tolerance, 0);
      }
      Tensor pairs = losses.all().reshape(run.get("loss_pairs").shape());
      Tensor last = pairs.select(1, run.number("sp_avg") - 1).mean(1);
      assertClose("loss", last, run.get("loss"), tolerance, 0);
      compareStatistics(run, prompt, corrected ? 3e-4 : 2e-6);
      compareMomentum(run, rule, 1e-3);
    }
  }

  /** The losses of a run's one batch, all of which are kept. */
  private static final class Losses implements Closure {
    private final Peer run;
    private final CoordinatorPrompt prompt;
    private final List<Double> seen = new ArrayList<>();

    Losses(Peer run, CoordinatorPrompt prompt) {
      this.run = run;
      this.prompt = prompt;
    }

    @Override
    public Tensor loss(boolean gradients) {
      Tensor input = prompt.forward(run.pictures("images"), Purpose.TRAINING).whole();
      Tensor embedding = new PeerNetwork(run).forward(input);
      Tensor unit =
          embedding.div(
              embedding.mul(embedding).sum(new long[] {1}, true, new ScalarTypeOptional()).sqrt());
      Tensor logits =
          unit.matmul(run.get("text").t()).mul(new Scalar(Math.exp(run.value("logit_scale"))));
      Tensor loss = torch.cross_entropy_loss(logits, run.get("labels"));
      seen.add(loss.item_double());
      return loss;
    }

    Tensor all() {
      return Tensor.create(seen.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private static CoordinatorPrompt started(Peer run) {
    Tensor pictures = run.pictures("images");
    Encoder encoder =
        images -> {
          Tensor x = images.sub(column(CLIP.mean())).div(column(CLIP.std()));
          return torch
              .adaptive_avg_pool2d(x, new long[] {2, 2})
              .flatten(1, 3)
              .matmul(run.get("projection"));
        };
    CoordinatorPrompt prompt =
        prompt(
            (int) pictures.size(2),
            run.number("channels"),
            run.value("p_eps"),
            encoder,
            run.get("projection").size(1));
    start(prompt, run, "start.");
    return prompt;
  }

  private static CoordinatorPrompt prompt(
      int side, int channels, double strength, Encoder encoder, long features) {
    return new CoordinatorPrompt(
        new CoordinatorOptions(
            Optional.empty(), Optional.empty(), channels, Optional.empty(), strength),
        encoder,
        features,
        new FakeInputPromptContext(ImageSize.square(side), ImageSize.square(side), CLIP, 1));
  }

  private static void start(CoordinatorPrompt prompt, Peer one, String prefix) {
    prompt.state().forEach((name, tensor) -> tensor.detach().copy_(one.get(prefix + name)));
  }

  private static Spsa rule(Peer run, CoordinatorPrompt prompt) {
    SpsaOptions options =
        new SpsaOptions(
            run.value("a"),
            run.value("o"),
            run.value("alpha"),
            run.value("c"),
            run.value("gamma"),
            run.number("sp_avg"),
            run.value("b1"),
            run.get("momentum").numel() > 0);
    Tensor drawn = run.get("perturbation");
    return new Spsa(
        prompt.parameters().get(0).tensors(),
        options,
        (step, draw, values) -> drawn.select(0, step - 1).select(0, draw));
  }

  private static Tensor parameters(CoordinatorPrompt prompt) {
    TensorVector all = new TensorVector();
    prompt.parameters().get(0).tensors().forEach(p -> all.push_back(p.detach().flatten()));
    return torch.cat(all, 0);
  }

  private static void set(CoordinatorPrompt prompt, Tensor flat) {
    long from = 0;
    for (Tensor parameter : prompt.parameters().get(0).tensors()) {
      parameter.copy_(flat.narrow(0, from, parameter.numel()).view(parameter.shape()));
      from += parameter.numel();
    }
    assertThat(from).isEqualTo(flat.numel());
  }

  private static void compareStatistics(Peer run, CoordinatorPrompt prompt, double tolerance) {
    Map<String, Tensor> state = prompt.state();
    List<String> names = run.names("end.");
    assertThat(names).isNotEmpty();
    for (String name : names) {
      assertClose(name, state.get(name), run.get("end." + name), tolerance, 0);
    }
  }

  private static void compareMomentum(Peer run, Spsa rule, double share) {
    Tensor expected = run.get("momentum");
    if (expected.numel() > 0) {
      double largest = expected.abs().max().item_double();
      assertClose("momentum", rule.state().get("momentum"), expected, share * largest, 0);
    } else {
      assertThat(rule.state()).doesNotContainKey("momentum");
    }
  }
}

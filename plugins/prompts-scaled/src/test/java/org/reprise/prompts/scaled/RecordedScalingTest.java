package org.reprise.prompts.scaled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.UpdateRule;
import org.reprise.prompts.scaled.ScaledOptions.Values;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.PeerNetwork;
import org.reprise.testkit.PeerRun;
import org.reprise.updaterules.AdamFactory;
import org.reprise.updaterules.AdamOptions;

/** Recorded outputs, gradients and runs of AutoVP. */
@ExtendWith(NativeScope.class)
final class RecordedScalingTest {

  @Test
  void scalesAndFramesAsThePublishedCode() {
    for (Peer one : Peer.read("autovp_prompt").cases()) {
      Tensor x = one.get("x").clone().requires_grad_(true);
      try (ScaledPrompt prompt = prompt(one, x)) {
        Tensor delta = prompt.state().get("delta");
        delta.detach().copy_(one.get("delta"));
        if (one.has("resized")) {
          assertClose(one + " resized", prompt.placed(x), one.get("resized"), 1e-5, 0);
        }
        assertEqual(one + " mask", prompt.frame(), one.get("mask").to(ScalarType.Float));
        Tensor output = prompt.forward(x, Purpose.TRAINING).whole();
        assertClose(one + " out", output, one.get("out"), 2e-5, 0);
        output.mul(one.get("r")).sum().backward();
        assertRelative(one + " gradient of delta", delta.grad(), one.get("grad.delta"), 1e-5);
        if (one.has("grad.x")) {
          assertRelative(one + " gradient of x", x.grad(), one.get("grad.x"), 1e-5);
        }
        if (one.has("grad.scale")) {
          Tensor gradient = prompt.state().get("scale").grad();
          Tensor expected = one.get("grad.scale").reshape(1);
          assertRelative(one + " gradient of the scale", gradient, expected, 3e-5);
        }
      }
    }
  }

  private static ScaledPrompt prompt(Peer one, Tensor x) {
    boolean clip = one.settings().path("kind").asText().equals("clip");
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(8),
            new ImageSize((int) one.get("out").size(2), (int) one.get("out").size(3)),
            clip ? Normalization.IDENTITY : Normalization.IMAGENET, // CLIP's come normalised
            1);
    JsonNode scale = one.settings().path("scale");
    return new ScaledPrompt(
        new ImageSize((int) x.size(2), (int) x.size(3)),
        scale.asDouble(1),
        scale.isNumber(),
        clip ? Values.NORMALIZED : Values.PIXELS,
        context);
  }

  private static void assertRelative(String what, Tensor actual, Tensor expected, double share) {
    assertClose(what, actual, expected, share * expected.abs().max().item_double(), 0);
  }

  @Test
  void trainsWithSeveralIdsForEachTarget() {
    Peer run = Peer.read("autovp_run").of("frequency");
    List<Tensor> found = new ArrayList<>();
    train(
        run,
        List.of(),
        training ->
            ids -> {
              List<List<Long>> own =
                  PeerRun.frequent(
                      training.counts(run.number("kt"), Purpose.EVIDENCE),
                      run.number("ids_per_target"));
              Tensor all =
                  Tensor.create(
                      own.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray());
              found.add(all.reshape(own.size(), run.number("ids_per_target")));
              return PeerRun.mean(own);
            });
    Tensor recorded = run.get("ids");
    assertThat(found).hasSize((int) recorded.size(0));
    for (int pass = 0; pass < found.size(); pass++) {
      assertEqual("ids of pass " + pass, found.get(pass), recorded.select(0, pass));
    }
  }

  @Test
  void trainsWithALinearMap() {
    Peer run = Peer.read("autovp_run").of("fully");
    Tensor weight = run.get("start_weight").clone().requires_grad_(true);
    Tensor bias = run.get("start_bias").clone().requires_grad_(true);
    UnaryOperator<Tensor> map =
        logits -> {
          weight.mutable_grad().reset();
          bias.mutable_grad().reset();
          return torch.linear(logits, weight, new TensorOptional(bias));
        };
    train(run, List.of(weight, bias), training -> ids -> map);
    assertClose("weight", weight, run.get("weight"), 5e-6, 0);
    assertClose("bias", bias, run.get("bias"), 5e-6, 0);
  }

  /** Makes the mapping of the epochs to come. */
  @FunctionalInterface
  private interface Mapping {
    UnaryOperator<Tensor> make(int epoch);
  }

  @FunctionalInterface
  private interface MappingOf {
    Mapping of(PeerRun training);
  }

  private static void train(Peer run, List<Tensor> beside, MappingOf mappings) {
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(run.number("image_size")),
            ImageSize.square(run.number("size")),
            Normalization.IMAGENET,
            1);
    List<Tensor> scales = new ArrayList<>();
    boolean[] steps = {false};
    try (ScaledPrompt prompt =
        new ScaledPrompt(
            ImageSize.square(run.number("image_size")),
            run.value("start_scale"),
            true,
            Values.PIXELS,
            context)) {
      List<Tensor> parameters = new ArrayList<>(prompt.parameters().get(0).tensors());
      parameters.addAll(beside);
      AdamOptions options =
          new AdamOptions(run.value("lr"), 0.9, 0.999, 1e-8, run.value("weight_decay"));
      try (UpdateRule adam =
          new AdamFactory().create(options, new FakeUpdateRuleContext(parameters, 1))) {
        PeerRun training =
            new PeerRun(
                run,
                prompt,
                input -> {
                  if (steps[0]) {
                    scales.add(prompt.state().get("scale").detach().clone());
                  }
                  return new PeerNetwork(run).forward(input);
                });
        int epochs = run.number("epochs");
        int perEpoch = (int) run.get("loss").numel() / epochs;
        UnaryOperator<Tensor> mapping = null;
        for (int epoch = 0; epoch < epochs; epoch++) {
          if (epoch % run.number("interval") == 0) {
            mapping = mappings.of(training).make(epoch);
          }
          steps[0] = true;
          training.epoch(mapping, step -> factor(run, step / perEpoch), List.of(adam));
          steps[0] = false;
        }
        assertClose("loss", training.losses().to(ScalarType.Float), run.get("loss"), 1e-5, 0);
        Tensor before = torch.cat(new TensorVector(scales.toArray(Tensor[]::new)), 0);
        assertClose("scale before each step", before, run.get("scale_before_step"), 5e-6, 0);
        assertClose("scale", prompt.state().get("scale"), run.get("scale").reshape(1), 5e-6, 0);
        assertClose("delta", prompt.state().get("delta"), run.get("delta"), 1e-5, 0);
        Tensor shown = training.show(run.pictures("test_images"), Purpose.EVALUATION);
        assertClose("test logits", mapping.apply(shown), run.get("test_logits"), 3e-5, 0);
      }
    }
  }

  private static double factor(Peer run, int epoch) {
    double factor = 1;
    for (JsonNode milestone : run.settings().get("milestones")) {
      factor *= milestone.intValue() <= epoch ? 0.1 : 1;
    }
    return factor;
  }

  /** At scale 1 all positions are whole numbers; the scale must still be able to leave it. */
  @Test
  void theScaleLeavesOne() {
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(8), ImageSize.square(14), Normalization.IMAGENET, 1);
    try (ScaledPrompt prompt =
        new ScaledPrompt(ImageSize.square(8), 1, true, Values.PIXELS, context)) {
      Tensor x = torch.rand(2, 3, 8, 8);
      prompt.forward(x, Purpose.TRAINING).whole().mul(torch.randn(2, 3, 14, 14)).sum().backward();
      assertThat(prompt.state().get("scale").grad().item_double()).isNotZero().isFinite();
    }
  }

  @Test
  void aStepNeverLeavesTheRange() {
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(8), ImageSize.square(14), Normalization.IMAGENET, 1);
    try (ScaledPrompt prompt =
            new ScaledPrompt(ImageSize.square(8), 1, true, Values.PIXELS, context);
        NoGradGuard noGradient = new NoGradGuard()) {
      Tensor scale = prompt.state().get("scale");
      for (double[] pair : new double[][] {{9, 5}, {-3, 0.1}, {1.25, 1.25}}) {
        scale.fill_(new Scalar(pair[0]));
        prompt.stepped();
        assertThat(scale.item_float()).isEqualTo((float) pair[1]);
      }
    }
  }
}

package org.reprise.prompts.additive;

import static org.reprise.prompts.additive.RecordedPromptTest.context;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.UpdateRule;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.PeerNetwork;
import org.reprise.testkit.PeerRun;
import org.reprise.testkit.TensorAssertions;
import org.reprise.updaterules.SgdFactory;
import org.reprise.updaterules.SgdOptions;
import org.reprise.updaterules.prompts.NormalizedGradientFactory;
import org.reprise.updaterules.prompts.NormalizedGradientOptions;

/** Recorded training runs of EVP and LoR-VP. */
@ExtendWith(NativeScope.class)
final class RecordedRunTest {
  private static final Normalization CLIP =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

  @Test
  void evpTrainsAFrameAroundASmallerPicture() {
    Peer run = Peer.read("evp");
    InputPromptContext context = context(run.number("size"), CLIP);
    List<List<Long>> ids = new ArrayList<>();
    for (double id : TensorAssertions.doubles(run.get("ids"))) {
      ids.add(List.of((long) id));
    }
    UnaryOperator<Tensor> mapping = PeerRun.mean(ids);
    try (ShrunkFramePrompt prompt =
            new ShrunkFramePrompt(
                context,
                run.number("image_size"),
                run.number("prompt_size"),
                run.get("start_prompt"));
        UpdateRule rule =
            new NormalizedGradientFactory()
                .create(
                    new NormalizedGradientOptions(run.value("lr"), 1e-10),
                    new FakeUpdateRuleContext(prompt.tensors().learned(), 1))) {
      assertEqual(
          "mask",
          prompt.frame().to(ScalarType.Byte).select(0, 0),
          run.get("mask").to(ScalarType.Byte));
      List<Tensor> after = new ArrayList<>();
      PeerRun training =
          new PeerRun(
              run,
              prompt,
              input -> {
                after.add(prompt.state().get("program").detach().clone()); // before each step
                return new PeerNetwork(run).forward(input);
              });
      double[] rates = TensorAssertions.doubles(run.get("learning_rate"));
      for (double rate : rates) {
        training.epoch(mapping, step -> rate / run.value("lr"), List.of(rule));
      }
      assertClose("loss", training.losses().to(ScalarType.Float), run.get("loss"), 2e-5, 0);
      after.add(prompt.state().get("program").detach().clone());
      Tensor recorded = run.get("prompt_after_step");
      for (int step = 0; step < recorded.size(0); step++) {
        assertClose("after step " + step, after.get(step + 1), recorded.select(0, step), 1e-6, 0);
      }
      Tensor logits = mapping.apply(training.show(run.pictures("test_images"), Purpose.EVALUATION));
      assertClose("test logits", logits, run.get("test_logits"), 2e-5, 0);
    }
  }

  @Test
  void lowRankTrainsWithANewHeadOnTheFeatures() {
    Peer run = Peer.read("lorvp").of("lp");
    Tensor weight = run.get("start_head_weight").clone().requires_grad_(true);
    Tensor bias = run.get("start_head_bias").clone().requires_grad_(true);
    UnaryOperator<Tensor> head =
        features -> torch.linear(features, weight, new TensorOptional(bias));
    PeerNetwork network = new PeerNetwork(run);
    try (LowRankPrompt prompt = started(run);
        UpdateRule rule =
            sgd(run, List.of(parameter(prompt, "b"), parameter(prompt, "a"), weight, bias))) {
      PeerRun training = new PeerRun(run, prompt, network::features);
      UnaryOperator<Tensor> forgetting =
          features -> {
            weight.mutable_grad().reset();
            bias.mutable_grad().reset();
            return head.apply(features);
          };
      for (int epoch = 0; epoch < run.number("epochs"); epoch++) {
        training.epoch(forgetting, cosine(run), List.of(rule));
      }
      compare(run, prompt, training, head);
      assertClose("head", weight, run.get("head_weight"), 1e-6, 0);
      assertClose("bias of the head", bias, run.get("head_bias"), 1e-6, 0);
    }
  }

  @Test
  void lowRankTrainsWithAMappingOfEachEpoch() {
    Peer run = Peer.read("lorvp").of("ilm");
    PeerNetwork network = new PeerNetwork(run);
    Tensor recorded = run.get("mapping");
    try (LowRankPrompt prompt = started(run);
        UpdateRule rule = sgd(run, List.of(parameter(prompt, "b"), parameter(prompt, "a")))) {
      PeerRun training = new PeerRun(run, prompt, network::forward);
      for (int epoch = 0; epoch <= run.number("epochs"); epoch++) {
        List<List<Long>> ids =
            PeerRun.frequent(training.counts(run.number("kt"), Purpose.EVIDENCE), 1);
        long[] own = ids.stream().mapToLong(list -> list.get(0)).toArray();
        assertEqual("mapping of epoch " + epoch, Tensor.create(own), recorded.select(0, epoch));
        if (epoch < run.number("epochs")) {
          training.epoch(PeerRun.mean(ids), cosine(run), List.of(rule));
        } else {
          // the published network ends in a log-softmax, of which the mapped ones are shown
          compare(run, prompt, training, logits -> PeerRun.mean(ids).apply(logits.log_softmax(1)));
        }
      }
    }
  }

  private static LowRankPrompt started(Peer run) {
    LowRankPrompt prompt =
        new LowRankPrompt(
            context(run.number("size"), Normalization.IMAGENET), run.number("rank"), 0.01);
    parameter(prompt, "a").detach().copy_(run.get("start_a"));
    return prompt;
  }

  private static Tensor parameter(LowRankPrompt prompt, String name) {
    return prompt.state().get(name);
  }

  private static UpdateRule sgd(Peer run, List<Tensor> parameters) {
    SgdOptions options =
        new SgdOptions(run.value("lr"), run.value("momentum"), false, run.value("weight_decay"));
    return new SgdFactory().create(options, new FakeUpdateRuleContext(parameters, 1));
  }

  private static PeerRun.Schedule cosine(Peer run) {
    double total = run.get("loss").numel();
    return step -> (1 + Math.cos(Math.PI * step / total)) / 2;
  }

  private static void compare(
      Peer run, LowRankPrompt prompt, PeerRun training, UnaryOperator<Tensor> mapping) {
    assertClose("loss", training.losses().to(ScalarType.Float), run.get("loss"), 2e-6, 0);
    Map<String, Tensor> state = prompt.state();
    assertClose("b", state.get("b"), run.get("b"), 1e-6, 0);
    assertClose("a", state.get("a"), run.get("a"), 1e-6, 0);
    Tensor shown = training.show(run.pictures("test_images"), Purpose.EVALUATION);
    Tensor output = mapping.apply(shown);
    // a log-softmax of its own: applied again it changes nothing
    Tensor expected = run.get("test_output");
    boolean whole = !run.has("mapping");
    assertClose("test output", whole ? output.log_softmax(1) : output, expected, 2e-5, 0);
  }
}

package org.reprise.prompts.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.prompts.masks.RecordedMaskTest.context;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.UpdateRule;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.PeerNetwork;
import org.reprise.testkit.PeerRun;
import org.reprise.updaterules.AdamFactory;
import org.reprise.updaterules.AdamOptions;

/** A recorded training run of the published code. */
@ExtendWith(NativeScope.class)
final class RecordedMaskRunTest {
  @Test
  void trainsAsThePublishedCode() {
    Peer run = Peer.read("smm_run");
    int epochs = run.number("epochs");
    try (SmmPrompt prompt =
        new SmmPrompt(
            SmmContractTest.options(
                run.number("layers"), run.number("patch"), run.number("channels")),
            context(run.number("size"), Normalization.IMAGENET))) {
      start(prompt, run);
      List<Tensor> learned =
          prompt.parameters().stream().flatMap(group -> group.tensors().stream()).toList();
      try (UpdateRule program = adam(run.value("lr"), learned.subList(0, 1));
          UpdateRule masks = adam(run.value("mask_lr"), learned.subList(1, learned.size()))) {
        int steps = (int) run.get("loss").numel() / epochs;
        Map<UpdateRule, PeerRun.Schedule> rules = new LinkedHashMap<>();
        rules.put(program, step -> factor(run, "gamma", step / steps));
        rules.put(masks, step -> factor(run, "mask_gamma", step / steps));
        PeerRun training = new PeerRun(run, prompt, new PeerNetwork(run)::forward);
        for (int epoch = 0; epoch < epochs; epoch++) {
          // the published code's first mapping pass is in training mode
          Purpose purpose = epoch == 0 ? Purpose.TRAINING : Purpose.EVIDENCE;
          List<List<Long>> ids = PeerRun.frequent(training.counts(run.number("kt"), purpose), 1);
          assertEqual(
              "mapping of epoch " + epoch,
              Tensor.create(ids.stream().mapToLong(list -> list.get(0)).toArray()),
              run.get("mapping").select(0, epoch));
          training.epoch(PeerRun.mean(ids), rules);
          if (epoch == 0) {
            assertClose("first test", tested(training, run), run.get("first_test_logits"), 0.1, 0);
          }
        }
        assertClose("loss", training.losses().to(ScalarType.Float), run.get("loss"), 1e-4, 0);
        assertClose("last test", tested(training, run), run.get("test_logits"), 0.1, 0);
      }
      compareEnd(prompt, run);
    }
  }

  private static void start(SmmPrompt prompt, Peer run) {
    prompt
        .state()
        .forEach(
            (name, tensor) -> {
              if (!name.endsWith("num_batches_tracked")) {
                tensor.detach().copy_(run.get("start." + name.replace("mask.", "priority.")));
              }
            });
  }

  private static void compareEnd(SmmPrompt prompt, Peer run) {
    int compared = 0;
    for (Map.Entry<String, Tensor> entry : prompt.state().entrySet()) {
      String name = entry.getKey().replace("mask.", "priority.");
      boolean noise = name.matches("priority\\.conv[1-5]\\.bias"); // before a batch norm
      if (noise) {
        continue;
      }
      compared++;
      if (name.endsWith("num_batches_tracked")) {
        assertThat(entry.getValue().item_long())
            .isEqualTo(run.get("num_batches_tracked").item_long());
      } else {
        double tolerance = name.endsWith("running_mean") ? 3e-2 : 1e-4;
        assertClose(name, entry.getValue(), run.get("end." + name), tolerance, 0);
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  private static Tensor tested(PeerRun training, Peer run) {
    return training.show(run.pictures("test_images"), Purpose.EVALUATION);
  }

  private static double factor(Peer run, String gamma, int epoch) {
    double factor = 1;
    for (JsonNode milestone : run.settings().get("milestones")) {
      factor *= milestone.intValue() <= epoch ? run.value(gamma) : 1;
    }
    return factor;
  }

  private static UpdateRule adam(double rate, List<Tensor> parameters) {
    return new AdamFactory()
        .create(
            new AdamOptions(rate, 0.9, 0.999, 1e-8, 0), new FakeUpdateRuleContext(parameters, 1));
  }
}

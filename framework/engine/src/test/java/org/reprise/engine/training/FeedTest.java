package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageOperation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.Evidence;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.fake.Descent;
import org.reprise.engine.fake.FakeMapper;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.engine.fake.FakePrompt;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Told;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.FakeDevice;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.NativeScope;

/** A run is the same in every bit wherever its samples lie and however they come. */
@ExtendWith(NativeScope.class)
class FeedTest {
  private static final int SAMPLES = 22;
  private static final CountingPath COUNTING = CountingPath.of(ComputeDevice.resolve("cpu"));

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final FakeDataset data =
      FakeDataset.random(random, Plan.TARGETS, random.ints(SAMPLES, 0, Plan.TARGETS).toArray());

  private SampleStore store(Placement placement) throws IOException {
    return SampleStore.load(
        new SampleSource(
            data,
            Split.TRAIN,
            () -> BatchOrder.identity(SAMPLES),
            ImagePreparation.stretched(ImageSize.square(FakeNetwork.SIDE)),
            OnCorrupt.ERROR,
            LoadProgress.NONE),
        placement);
  }

  private List<Told> train(Placement placement, Edition edition) throws IOException {
    TrainingOptions options =
        new TrainingOptions(
            edition,
            3,
            4, // and a rest of 2
            true,
            ExtensionBlock.of("test", "descent", Map.of()),
            new ScheduleOptions(ScheduleOptions.Kind.COSINE, List.of(), 0.1),
            TrainingOptions.Selection.LAST,
            Optional.empty(),
            0.1,
            EvaluateEvery.of(1),
            CudaGraph.AUTO);
    Trainer.Setting setting =
        new Trainer.Setting(
            seed,
            ComputeDevice.resolve("cpu"),
            ScalarType.Float,
            (group, index) -> new Descent(group.tensors(), 0.3),
            () -> COUNTING.newJointCounts(Plan.TARGETS, Plan.TARGETS));
    Augmentation augmentation =
        new Augmentation(
            ImageSize.square(FakeNetwork.SIDE), true, List.of(new ImageOperation.TrivialAugment()));
    List<Told> told = new ArrayList<>();
    try (SampleStore samples = store(placement);
        FakePrompt prompt = new FakePrompt();
        var mapper =
            FakeMapper.counting(
                COUNTING.newJointCounts(2, Plan.TARGETS), Evidence.EVERY_EPOCH, () -> {});
        Trainer trainer =
            new Trainer(
                new Model(prompt, new FakeNetwork(false), mapper, Plan.TARGETS),
                new Trainer.Splits(
                    samples,
                    Optional.of(augmentation),
                    Optional.empty(),
                    samples.subset(new int[] {5, 1, 20, 7, 9})),
                options,
                setting,
                event -> Told.of(event).ifPresent(told::add),
                () -> false)) {
      trainer.train(0);
    }
    return told;
  }

  @ParameterizedTest
  @EnumSource(Edition.class)
  void aRunIsTheSameWhereverItsSamplesLie(Edition edition) throws Exception {
    System.out.println("FeedTest: -Dreprise.seed=" + seed);
    try (Device cpu = new Device("cpu")) {
      List<Told> plain = train(Placement.on(cpu), edition);
      assertThat(plain).hasSizeGreaterThan(3);
      assertThat(plain.get(plain.size() - 1).numbers()).allMatch(Double::isFinite);
      assertThat(train(FakeDevice.placement(cpu, true), edition)).isEqualTo(plain);
      assertThat(train(FakeDevice.placement(cpu, false), edition)).isEqualTo(plain);
    }
  }
}

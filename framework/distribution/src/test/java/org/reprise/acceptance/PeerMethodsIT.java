package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.training.Forward;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.Trainer;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.OracleJointCounts;
import org.reprise.testkit.Peer;
import org.reprise.testkit.PeerNetwork;

/** Replays recorded runs of other methods' published code with the installed plugins. */
@ExtendWith(NativeScope.class)
class PeerMethodsIT {
  private static final Normalization CLIP =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

  private final Recording recording = new Recording();
  private PluginHost host;

  @BeforeEach
  void load() {
    host = PluginHost.load(List.of(Path.of(System.getProperty("reprise.installation"), "plugins")));
  }

  @AfterEach
  void unload() {
    recording.close();
    host.close();
  }

  @Test
  void attributes() throws Exception {
    Peer peer = Peer.read("attrvr").of("run");
    Tensor texts =
        torch.cat(
            new TensorVector(
                peer.get("descriptive").permute(1, 0, 2).flatten(0, 1),
                peer.get("distinctive").permute(1, 0, 2).flatten(0, 1)),
            0);
    TextNetwork network = TextNetwork.blocks(peer, texts, 2);
    try (InputPrompt prompt = prompt(network, "padding");
        LabelMapper mapper =
            mapper(
                network,
                1,
                "attributes",
                "top-k=" + peer.number("k"),
                "alpha=" + peer.value("alpha"))) {
      Model model = new Model(prompt, network, mapper, peer.number("kt"));
      train(model, peer, Edition.FAST, peer.number("epochs"), cosine(peer.number("epochs")));
      assertClose("losses", recording.losses(), peer.get("loss"), 1e-6, 0);
      assertClose("program", state(prompt, "program"), peer.get("program"), 1e-6, 0);
      Tensor logits = mapper.map(sourceLogits(model, peer.pictures("test_images")));
      double largest =
          DoubleStream.of(doubles(peer.get("test_logits"))).map(Math::abs).max().orElseThrow();
      assertClose("test logits", logits, peer.get("test_logits"), 3e-6 * largest, 0);
    }
  }

  /** One text is in one cluster, and each cluster is shown by a prompt of its own. */
  @Test
  void decoupledPromptsByClusters() throws Exception {
    Peer peer = Peer.read("dvp").of("cls");
    Tensor texts =
        peer.get(
            peer.names("").stream().filter(n -> n.startsWith("text")).findFirst().orElseThrow());
    List<Integer> clusters =
        DoubleStream.of(doubles(peer.get("cluster"))).mapToObj(value -> (int) value).toList();
    TextNetwork network =
        new TextNetwork(peer, texts, TextNetwork.blocks(peer, texts, 1).sourceClasses(), clusters);
    // a column of the recording is the same text in the view of its cluster
    long[] columns =
        IntStream.range(0, clusters.size())
            .mapToLong(text -> (long) clusters.get(text) * clusters.size() + text)
            .toArray();
    decoupled(peer, network, columns);
  }

  /** Each cause has texts of its own, and a prompt. */
  @Test
  void decoupledPromptsByCauses() throws Exception {
    Peer peer = Peer.read("dvp").of("cse");
    int causes = peer.number("prompts");
    int classes = peer.number("kt");
    int each = peer.number("m");
    List<Tensor> texts = new ArrayList<>();
    for (int cause = 0; cause < causes; cause++) {
      texts.add(peer.get("text_" + cause));
    }
    TextNetwork network =
        TextNetwork.blocks(
            peer, torch.cat(new TensorVector(texts.toArray(Tensor[]::new)), 0), causes);
    // recorded by class, cause, description; here by view, then cause, class, description
    long[] columns = new long[classes * causes * each];
    for (int i = 0; i < columns.length; i++) {
      int target = i / (causes * each);
      int cause = i / each % causes;
      int text = cause * classes * each + target * each + i % each;
      columns[i] = (long) cause * columns.length + text;
    }
    decoupled(peer, network, columns);
  }

  private void decoupled(Peer peer, TextNetwork network, long[] columns) throws Exception {
    int views = peer.number("prompts");
    int epochs = peer.number("epochs");
    Tensor own = Tensor.create(columns);
    try (InputPrompt prompt = prompt(network, "padding", "views=" + views);
        LabelMapper mapper = mapper(network, views, "dvp", "top-k=" + peer.number("k"))) {
      Map<String, Tensor> start = new LinkedHashMap<>();
      int first = peer.has("start_program_0") ? 0 : 1;
      for (int view = 0; view < views; view++) {
        start.put("view" + (view + 1) + ".program", peer.get("start_program_" + (first + view)));
      }
      ((Stateful) prompt).restore(start);
      Model model = new Model(prompt, network, mapper, peer.number("kt"));
      Tensor batch = peer.pictures("images").narrow(0, 0, peer.number("batch"));
      assertClose(
          "first source logits",
          sourceLogits(model, batch).index_select(1, own),
          peer.get("first_source_logits"),
          5e-5,
          0);
      // the published code counts its first pass, which trains nothing, as an epoch
      train(model, peer, Edition.FAST, epochs - 1, cosine(epochs));
      assertClose("losses", recording.losses(), peer.get("loss"), 2e-6, 0);
      for (int view = 0; view < views; view++) {
        assertClose(
            "program " + view,
            state(prompt, "view" + (view + 1) + ".program"),
            peer.get("program_" + (first + view)),
            2e-6,
            0);
      }
      for (int epoch = 0; epoch < epochs; epoch++) {
        Tensor matrix =
            recording
                .states
                .get(Math.max(0, epoch - 1))
                .get(epoch == 0 ? "mapper.matrix" : "mapper.next.matrix");
        assertClose(
            "matrix after epoch " + epoch,
            matrix.index_select(0, own),
            peer.get("prm").select(0, epoch),
            6e-8,
            0);
      }
      Tensor logits = sourceLogits(model, peer.pictures("test_images"));
      assertClose(
          "test source logits",
          logits.index_select(1, own),
          peer.get("test_source_logits"),
          5e-5,
          0);
      assertClose("test logits", mapper.map(logits), peer.get("test_logits"), 5e-5, 0);
    }
  }

  /** A frame around an image of learned size, and ids that are found every second epoch. */
  @Test
  void severalIdsBehindALearnedSize() throws Exception {
    Peer peer = Peer.read("autovp_run").of("frequency");
    SourceNetwork network = new SourceNetwork(peer);
    int interval = peer.number("interval");
    try (InputPrompt prompt = scaled(network);
        LabelMapper mapper =
            mapper(
                network,
                1,
                "frequent-many",
                "ids-per-target=" + peer.number("ids_per_target"),
                "interval=" + interval)) {
      trainScaled(new Model(prompt, network, mapper, peer.number("kt")), peer);
      Tensor ids = peer.get("ids");
      for (int epoch = 0; epoch < recording.states.size(); epoch++) {
        assertEqual(
            "ids in epoch " + epoch,
            recording.states.get(epoch).get("mapper.ids"),
            ids.select(0, epoch / interval));
      }
    }
  }

  /** Prompt and linear mapping are trained by one rule. */
  @Test
  void aLayerTrainedWithThePrompt() throws Exception {
    Peer peer = Peer.read("autovp_run").of("fully");
    SourceNetwork network = new SourceNetwork(peer);
    try (InputPrompt prompt = scaled(network);
        LabelMapper mapper = mapper(network, 1, "linear", "optimizer=run")) {
      ((Stateful) mapper)
          .restore(Map.of("weight", peer.get("start_weight"), "bias", peer.get("start_bias")));
      trainScaled(new Model(prompt, network, mapper, peer.number("kt")), peer);
      assertClose("weight", state(mapper, "weight"), peer.get("weight"), 5e-6, 0);
      assertClose("bias", state(mapper, "bias"), peer.get("bias"), 5e-6, 0);
    }
  }

  private InputPrompt scaled(SourceNetwork network) {
    Peer peer = network.peer();
    return prompt(
        network,
        "scaled",
        "picture=" + peer.number("image_size"),
        "scale=" + peer.value("start_scale"));
  }

  private void trainScaled(Model model, Peer peer) throws Exception {
    List<Milestone> milestones = new ArrayList<>();
    peer.settings()
        .get("milestones")
        .forEach(epoch -> milestones.add(new Milestone(epoch.asText())));
    train(
        model,
        peer,
        Edition.STANDARD,
        peer.number("epochs"),
        new ScheduleOptions(ScheduleOptions.Kind.MULTI_STEP, milestones, 0.1));
    assertClose("losses", recording.losses(), peer.get("loss"), 1e-5, 0);
    assertClose("scale", state(model.prompt(), "scale").sum(), peer.get("scale"), 5e-6, 0);
    assertClose("delta", state(model.prompt(), "delta"), peer.get("delta"), 1e-5, 0);
    Tensor logits = model.mapper().map(sourceLogits(model, peer.pictures("test_images")));
    assertClose("test logits", logits, peer.get("test_logits"), 3e-5, 0);
  }

  private InputPrompt prompt(PeerBackbone network, String name, String... settings) {
    return InProcess.make(
        host,
        Door.PROMPT,
        ExtensionBlock.of(name, "prompt", name, List.of(settings)),
        new FakeInputPromptContext(
            ImageSize.square(network.peer().number("image_size")),
            network.inputSize(),
            network.normalization(),
            0));
  }

  private LabelMapper mapper(PeerBackbone network, int views, String name, String... settings) {
    List<String> sources =
        IntStream.range(0, views).boxed().flatMap(view -> network.labels().stream()).toList();
    List<String> targets =
        IntStream.range(0, network.peer().number("kt")).mapToObj(i -> "target " + i).toList();
    return InProcess.make(
        host,
        Door.MAPPER,
        ExtensionBlock.of(name, "mapping", name, List.of(settings)),
        new FakeLabelMapperContext(sources, targets, List.of(network), 0));
  }

  private static ScheduleOptions cosine(int length) {
    return new ScheduleOptions(
        ScheduleOptions.Kind.COSINE,
        List.of(),
        0.1,
        Optional.of(length),
        ScheduleOptions.By.STEP,
        0);
  }

  private void train(Model model, Peer peer, Edition edition, int epochs, ScheduleOptions schedule)
      throws Exception {
    List<String> settings = new ArrayList<>();
    for (String key : List.of("lr", "momentum", "weight_decay")) {
      if (peer.settings().has(key)) {
        settings.add(key.replace('_', '-') + "=" + peer.settings().get(key).asText());
      }
    }
    String rule = peer.settings().has("momentum") ? "sgd" : "adam";
    try (SampleStore train = InProcess.stored(peer.get("images"), peer.get("labels"));
        SampleStore test = InProcess.stored(peer.get("test_images"), peer.get("test_labels"));
        Trainer trainer =
            new Trainer(
                model,
                new Trainer.Splits(train, Optional.empty(), Optional.empty(), test),
                new TrainingOptions(
                    edition,
                    epochs,
                    peer.number("batch"),
                    false,
                    ExtensionBlock.of(rule, "training.optimizer", rule, List.of()),
                    schedule,
                    TrainingOptions.Selection.LAST,
                    Optional.empty(),
                    0,
                    EvaluateEvery.of(1)),
                new Trainer.Setting(
                    0,
                    new ComputeDevice("cpu"),
                    ScalarType.Float,
                    (group, index) ->
                        InProcess.make(
                            host,
                            Door.UPDATE_RULE,
                            ExtensionBlock.of(rule, "training.optimizer", rule, settings),
                            new FakeUpdateRuleContext(group.tensors(), 0)),
                    () -> new OracleJointCounts(model.targetLabels(), model.targetLabels())),
                recording,
                () -> false)) {
      trainer.train(0);
    }
    assertThat(recording.states).hasSize(epochs);
  }

  private static Tensor sourceLogits(Model model, Tensor images) {
    try (NoGrad noGrad = new NoGrad();
        Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      return forward.source(forward.network(model.input(images, Purpose.EVALUATION)));
    }
  }

  private static Tensor state(Object object, String name) {
    return ((Stateful) object).state().get(name).detach();
  }

  /** Keeps the loss of each step and the state after each epoch. */
  private static final class Recording implements RunListener, AutoCloseable {
    private final List<KeptTensor> kept = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final List<Map<String, Tensor>> states = new ArrayList<>();
    private double sum;
    private int done;

    @Override
    public void on(RunEvent event) {
      if (event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING) {
        double mean = step.loss().orElseThrow(); // over the epoch so far
        losses.add((mean * step.samples() - sum) / (step.samples() - done));
        boolean last = step.samples() == step.total();
        sum = last ? 0 : mean * step.samples();
        done = last ? 0 : step.samples();
      } else if (event instanceof RunEvent.Epoch epoch) {
        Map<String, Tensor> copy = new LinkedHashMap<>();
        epoch
            .state()
            .forEach(
                (name, tensor) -> {
                  KeptTensor own = new KeptTensor(tensor.detach().clone());
                  kept.add(own);
                  copy.put(name, own.get());
                });
        states.add(copy);
      }
    }

    @Override
    public void close() {
      kept.forEach(KeptTensor::close);
    }

    Tensor losses() {
      return Tensor.create(losses.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  /** A recorded network as a backbone. */
  private sealed interface PeerBackbone extends Backbone {
    Peer peer();

    @Override
    default List<String> labels() {
      return IntStream.range(0, sourceLabels()).mapToObj(i -> "source " + i).toList();
    }

    @Override
    default ImageSize inputSize() {
      return ImageSize.square(peer().number("size"));
    }

    @Override
    default void close() {}
  }

  /** The recorded network, whose linear layer's output are source logits. */
  private record SourceNetwork(Peer peer) implements PeerBackbone {
    @Override
    public int sourceLabels() {
      return (int) peer.get("net.fc.bias").size(0);
    }

    @Override
    public Normalization normalization() {
      return Normalization.IMAGENET;
    }

    @Override
    public Tensor forward(Tensor x) {
      return new PeerNetwork(peer).forward(x);
    }
  }

  /** The recorded network in front of texts: scaled cosines of its embedding and theirs. */
  private record TextNetwork(
      Peer peer, Tensor texts, List<Integer> sourceClasses, List<Integer> sourceGroups)
      implements PeerBackbone, ClassTexts {

    /** Group by group, class by class, as many texts each. */
    static TextNetwork blocks(Peer peer, Tensor texts, int groups) {
      int classes = peer.number("kt");
      int each = (int) texts.size(0) / groups / classes;
      return new TextNetwork(
          peer,
          texts,
          IntStream.range(0, (int) texts.size(0)).mapToObj(i -> i / each % classes).toList(),
          IntStream.range(0, (int) texts.size(0)).mapToObj(i -> i / each / classes).toList());
    }

    @Override
    public int sourceLabels() {
      return (int) texts.size(0);
    }

    @Override
    public Normalization normalization() {
      return CLIP;
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor embedding = new PeerNetwork(peer).forward(x);
      Tensor length =
          embedding.mul(embedding).sum(new long[] {1}, true, new ScalarTypeOptional()).sqrt();
      return embedding
          .div(length)
          .matmul(texts.t())
          .mul(new Scalar(Math.exp(peer.value("logit_scale"))));
    }
  }
}

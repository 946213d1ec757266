package org.reprise.mappers.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.Stateful;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.Block;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;

/** What AutoVP's published mappings were recorded to do. */
@ExtendWith(NativeScope.class)
final class PeerIdsTest {
  private static final double TOLERANCE = 5e-6;

  @TempDir private Path folder;
  private Peer peer;
  private FakeLabelMapperContext context;

  @BeforeEach
  void read() {
    peer = Peer.read("autovp_mapping");
    context =
        new FakeLabelMapperContext(
            peer.settings().get("ks").asInt(), peer.settings().get("kt").asInt(), 0);
  }

  @Test
  void frequentIds() {
    List<String> recorded = cases("frequency_");
    for (String each : recorded) {
      Peer expected = peer.of("frequency_" + each);
      try (LabelMapper mapper = frequent(Integer.parseInt(each))) {
        fit(mapper, peer.get("logits"), peer.get("y"));
        assertEqual("ids", ((Stateful) mapper).state().get("ids"), expected.get("ids"));
        Tensor logits = peer.get("logits").clone().requires_grad_(true);
        Tensor mapped = mapper.map(logits);
        assertClose("mapped", mapped, expected.get("out"), TOLERANCE, 0);
        mapped.mul(peer.get("r")).sum().backward();
        assertClose("gradient", logits.grad(), expected.get("grad_logits"), TOLERANCE, 0);
      }
    }
  }

  /** Most of these ids were never predicted. */
  @Test
  void idsFromFewPredictions() {
    Tensor predicted = peer.get("few.argmax");
    Tensor logits = torch.one_hot(predicted, context.sourceLabels()).to(ScalarType.Float);
    for (String each : peer.names("few.ids_")) {
      try (LabelMapper mapper = frequent(Integer.parseInt(each))) {
        fit(mapper, logits, peer.get("few.y"));
        assertEqual("ids", ((Stateful) mapper).state().get("ids"), peer.get("few.ids_" + each));
      }
    }
  }

  @Test
  void idsBySimilarNames() throws IOException {
    Path file = folder.resolve("embeddings.safetensors");
    new Safetensors(
            Map.of("source", peer.get("source_text"), "target", peer.get("target_text")), Map.of())
        .write(file);
    for (String each : cases("semantic_")) {
      Peer expected = peer.of("semantic_" + each);
      try (LabelMapper mapper =
          new SemanticFactory()
              .create(
                  new SemanticOptions(Optional.empty(), Optional.of(file), Integer.parseInt(each)),
                  context)) {
        assertEqual("ids", ((Stateful) mapper).state().get("ids"), expected.get("ids"));
        assertClose("mapped", mapper.map(peer.get("logits")), expected.get("out"), TOLERANCE, 0);
      }
    }
    assertThat(context.inputs()).contains(file);
  }

  /** The same ids where a model embeds the names. */
  @Test
  void idsBySimilarNamesThatAreEncoded() {
    Block<Backbone> block = new Block<>(Backbone.class, "scripted", Map.of());
    for (String each : cases("semantic_")) {
      SemanticOptions options =
          new SemanticOptions(Optional.of(block), Optional.empty(), Integer.parseInt(each));
      ScriptedEncoder encoder =
          new ScriptedEncoder(
              Map.of(
                  context.sourceLabelNames(), peer.get("source_text"),
                  context.targetLabelNames(), peer.get("target_text")));
      LabelMapperContext around = encoder.madeBy(context);
      try (LabelMapper mapper = new SemanticFactory().create(options, around)) {
        assertEqual(
            "ids", ((Stateful) mapper).state().get("ids"), peer.of("semantic_" + each).get("ids"));
      }
      assertThat(encoder.isClosed()).isTrue();
    }
  }

  private List<String> cases(String start) {
    List<String> cases =
        peer.names(start).stream().map(name -> name.replaceFirst("\\..*", "")).distinct().toList();
    assertThat(cases).isNotEmpty();
    return cases;
  }

  private LabelMapper frequent(int each) {
    return new FrequentManyFactory().create(new FrequentManyOptions(each, 1), context);
  }

  private static void fit(LabelMapper mapper, Tensor logits, Tensor labels) {
    ((EvidenceBased) mapper).observe(logits, labels);
    ((EvidenceBased) mapper).refit();
  }
}

package org.reprise.mappers.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;

/** What the published code of AttrVR and DVP was recorded to do with single batches. */
@ExtendWith(NativeScope.class)
final class PeerTextsTest {

  @Test
  void attributes() {
    for (Peer peer : Peer.read("attrvr").cases()) {
      try (LabelMapper mapper = attributes(peer, peer.value("alpha"));
          LabelMapper descriptive = attributes(peer, 1);
          LabelMapper distinctive = attributes(peer, 0)) {
        Tensor embedding = peer.get("embedding").clone().requires_grad_(true);
        Tensor length = embedding.mul(embedding).sum(new long[] {1}, true, none()).sqrt();
        Tensor texts =
            torch.cat(new TensorVector(flat(peer, "descriptive"), flat(peer, "distinctive")), 0);
        Tensor logits =
            embedding
                .div(length)
                .matmul(texts.t())
                .mul(new Scalar(Math.exp(peer.value("logit_scale"))));
        relative(peer + " source", logits, peer.get("source_logits"));
        relative(peer + " g", descriptive.map(logits), peer.get("logits_descriptive"));
        relative(peer + " g", distinctive.map(logits), peer.get("logits_distinctive"));
        Tensor mapped = mapper.map(logits);
        relative(peer + " logits", mapped, peer.get("logits"));
        Tensor loss = torch.cross_entropy_loss(mapped, peer.get("y"));
        relative(peer + " loss", loss, peer.get("loss"));
        loss.backward();
        relative(peer + " gradient", embedding.grad(), peer.get("grad_embedding"));
      }
    }
  }

  private static LabelMapper attributes(Peer peer, double alpha) {
    return new AttributesFactory()
        .create(
            new AttributesOptions(peer.number("k"), alpha),
            ScriptedTexts.blocks(2, peer.number("kt"), peer.number("m"), 1));
  }

  private static org.bytedeco.pytorch.ScalarTypeOptional none() {
    return new org.bytedeco.pytorch.ScalarTypeOptional();
  }

  /** From {@code [m,KT,D]} to {@code [KT m,D]}, class by class. */
  private static Tensor flat(Peer peer, String name) {
    return peer.get(name).permute(1, 0, 2).flatten(0, 1);
  }

  private static void relative(String what, Tensor actual, Tensor expected) {
    double largest = DoubleStream.of(doubles(expected)).map(Math::abs).max().orElseThrow();
    assertClose(what, actual, expected, 3e-6 * largest, 0);
  }

  @Test
  void matricesOfEvidence() {
    Peer file = Peer.read("dvp");
    List<String> cases =
        file.names("prm_").stream().map(name -> name.replaceFirst("\\..*", "")).distinct().toList();
    assertThat(cases).isNotEmpty();
    for (String name : cases) {
      Peer peer = file.of("prm_" + name);
      int classes = peer.number("kt");
      int each = peer.number("m");
      try (LabelMapper mapper =
          new DvpFactory()
              .create(
                  new DvpOptions(peer.number("k")), ScriptedTexts.blocks(1, classes, each, 1))) {
        EvidenceBased evidence = (EvidenceBased) mapper;
        evidence.refit(); // of nothing
        assertClose(peer + " initial", matrix(mapper), peer.get("initial"), 1e-7, 0);
        evidence.observe(mostSimilar(peer, classes, each), peer.get("y"));
        evidence.refit();
        assertClose(peer + " matrix", matrix(mapper), peer.get("matrix"), 6e-8, 0);
      }
    }
  }

  /** Logits that are largest, within each sample's own class, where the fixture says. */
  private static Tensor mostSimilar(Peer peer, int classes, int each) {
    Tensor chosen = peer.get("attributes").add(peer.get("y").mul(new Scalar(each)).unsqueeze(1));
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < chosen.size(0); i++) {
      Tensor row = torch.randn(1, (long) classes * each);
      Tensor large = torch.full(new long[] {1, chosen.size(1)}, new Scalar(20.0));
      rows.add(row.scatter(1, chosen.narrow(0, i, 1), large));
    }
    return torch.cat(new TensorVector(rows.toArray(Tensor[]::new)), 0).to(ScalarType.Float);
  }

  private static Tensor matrix(LabelMapper mapper) {
    return ((MatrixMapping) mapper).matrix();
  }
}

package org.reprise.mappers.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.TextEncoder;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.Block;

/** A backbone that knows the embeddings of some lists of texts. */
final class ScriptedEncoder implements Backbone, TextEncoder {
  private final Map<List<String>, Tensor> embeddings;
  private boolean closed;

  ScriptedEncoder(Map<List<String>, Tensor> embeddings) {
    this.embeddings = embeddings;
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns surroundings in which this is what is made. */
  LabelMapperContext madeBy(LabelMapperContext context) {
    return new Surroundings(context, this);
  }

  private record Surroundings(LabelMapperContext context, Backbone made)
      implements LabelMapperContext {
    @Override
    public <T> T make(Block<T> block) {
      return block.kind().cast(made);
    }

    @Override
    public List<String> sourceLabelNames() {
      return context.sourceLabelNames();
    }

    @Override
    public List<String> targetLabelNames() {
      return context.targetLabelNames();
    }

    @Override
    public <A> Optional<A> backbone(Class<A> ability) {
      return context.backbone(ability);
    }

    @Override
    public Device device() {
      return context.device();
    }

    @Override
    public long seed() {
      return context.seed();
    }

    @Override
    public JointCounts newJointCounts() {
      return context.newJointCounts();
    }

    @Override
    public Path input(Path file) {
      return context.input(file);
    }

    @Override
    public void note(String text) {
      context.note(text);
    }
  }

  @Override
  public Tensor encode(List<String> texts) {
    assertThat(embeddings).containsKey(texts);
    Tensor rows = embeddings.get(texts);
    return rows.div(rows.square().sum(1).sqrt().unsqueeze(1));
  }

  @Override
  public int sourceLabels() {
    return 1;
  }

  @Override
  public List<String> labels() {
    return List.of("nothing");
  }

  @Override
  public ImageSize inputSize() {
    return ImageSize.square(1);
  }

  @Override
  public Normalization normalization() {
    return Normalization.IMAGENET;
  }

  @Override
  public Tensor forward(Tensor x) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed = true;
  }
}

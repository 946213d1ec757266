package org.reprise.backbones.clip;

import java.util.List;
import org.pf4j.Extension;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.download.Download;
import org.reprise.api.download.Downloads;
import org.reprise.support.DownloadTable;

/** {@code clip}: a vision-language model; its source labels are texts about the task's classes. */
@Extension
public final class ClipFactory implements BackboneFactory<ClipOptions>, Downloads {

  /** For the plugin host. */
  public ClipFactory() {}

  @Override
  public String name() {
    return "clip";
  }

  @Override
  public String description() {
    return "OpenAI's CLIP (ViT-B/32, ViT-B/16, ViT-L/14, RN50): source labels are templates filled"
        + " with the task's class names.";
  }

  @Override
  public Class<ClipOptions> optionsType() {
    return ClipOptions.class;
  }

  @Override
  public List<Download> downloads() {
    return DownloadTable.ofResource(ClipFactory.class, "weights.txt");
  }

  @Override
  public Backbone create(ClipOptions options, BackboneContext context) {
    return ClipBackbone.load(options, context, downloads());
  }
}

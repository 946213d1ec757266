package org.reprise.prompts.additive;

import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code low-rank}: a learned image of low rank, added to the image. */
@Extension
public final class LowRankFactory implements InputPromptFactory<LowRankOptions> {

  /** For the plugin host. */
  public LowRankFactory() {}

  @Override
  public String name() {
    return "low-rank";
  }

  @Override
  public List<String> aliases() {
    return List.of("lor-vp");
  }

  @Override
  public String description() {
    return "Adds a learned product of two thin matrices for each colour to the whole image (LoR-VP).";
  }

  @Override
  public Class<LowRankOptions> optionsType() {
    return LowRankOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(LowRankOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(LowRankOptions options, InputPromptContext context) {
    PromptSize.of(name(), options.size(), context);
    return new LowRankPrompt(context, options.rank(), options.deviation());
  }
}

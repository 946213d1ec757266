package org.reprise.backbones.torchscript;

import java.util.List;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.data.ImageSize;

/** Makes {@code torchscript} backbones. */
@Extension
public final class TorchScriptBackboneFactory implements BackboneFactory<TorchScriptOptions> {

  @Override
  public String name() {
    return "torchscript";
  }

  @Override
  public List<String> aliases() {
    return List.of("jit");
  }

  @Override
  public String description() {
    return "Any network exported with torch.jit: images in, logits out.";
  }

  @Override
  public Class<TorchScriptOptions> optionsType() {
    return TorchScriptOptions.class;
  }

  @Override
  public Backbone create(TorchScriptOptions options, BackboneContext context) {
    ImageSize size =
        options
            .size()
            .map(ImageSize::square)
            .or(context::promptSize)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        options.file()
                            + ": the input size is not known; give the backbone or the prompt a"
                            + " size"));
    return TorchScriptBackbone.load(options, size, context);
  }
}

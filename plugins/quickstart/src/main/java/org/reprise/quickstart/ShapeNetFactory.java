package org.reprise.quickstart;

import org.bytedeco.javacpp.PointerScope;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.data.ImageSize;

/** Makes the quickstart's network, {@code shapenet}. */
@Extension
public final class ShapeNetFactory implements BackboneFactory<ShapeNetOptions> {

  @Override
  public String name() {
    return "shapenet";
  }

  @Override
  public String description() {
    return "A small network trained on shapes-source: 64 source labels, 48x48 input, weights"
        + " bundled.";
  }

  @Override
  public Class<ShapeNetOptions> optionsType() {
    return ShapeNetOptions.class;
  }

  @Override
  public Backbone create(ShapeNetOptions options, BackboneContext context) {
    ImageSize expected = ImageSize.square(ShapeNetLayers.INPUT_SIDE);
    context
        .promptSize()
        .filter(size -> !size.equals(expected))
        .ifPresent(
            size -> {
              throw new InvalidInputException(
                  "backbone shapenet takes images of "
                      + expected
                      + ", but the prompt makes "
                      + size
                      + "; set prompt.size to "
                      + ShapeNetLayers.INPUT_SIDE);
            });
    try (PointerScope scope = new PointerScope()) {
      ShapeNetWeights weights =
          options.weights().map(ShapeNetWeights::read).orElseGet(ShapeNetWeights::bundled);
      options.weights().ifPresent(context::input);
      return new ShapeNet(weights, context.device());
    }
  }
}

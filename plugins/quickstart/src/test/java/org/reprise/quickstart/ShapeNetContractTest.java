package org.reprise.quickstart;

import java.util.Optional;
import org.reprise.api.backbone.Backbone;
import org.reprise.testkit.BackboneContract;
import org.reprise.testkit.FakeBackboneContext;

final class ShapeNetContractTest extends BackboneContract {
  @Override
  protected Backbone create() {
    return new ShapeNetFactory()
        .create(new ShapeNetOptions(Optional.empty()), new FakeBackboneContext(Optional.empty()));
  }
}

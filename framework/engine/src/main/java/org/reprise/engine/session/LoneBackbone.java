package org.reprise.engine.session;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.Untrained;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;

/**
 * A backbone without a task, for measuring. To be closed on the thread that opened it, before the
 * host.
 */
public final class LoneBackbone implements AutoCloseable {
  private static final List<String> TARGET_LABELS = List.of("first", "second");

  private final PointerScope scope;
  private final Backbone backbone;

  private LoneBackbone(PointerScope scope, Backbone backbone) {
    this.scope = scope;
    this.backbone = backbone;
  }

  /**
   * Opens a backbone: by its options, or, where none are given and its plugin can make it so, with
   * random weights.
   *
   * @param host where extensions come from
   * @param device where it computes
   * @param name of the backbone
   * @param settings its options as {@code key=value}
   * @param notes gets what the user is to know
   * @throws InvalidInputException if there is no such backbone, or an option is wrong
   */
  public static LoneBackbone open(
      PluginHost host,
      ComputeDevice device,
      String name,
      List<String> settings,
      Consumer<String> notes) {
    ExtensionEntry<BackboneContext, Backbone> entry = require(host, name);
    PointerScope scope = new PointerScope();
    try {
      BackboneContext context =
          new Contexts.OfBackbone(
              new Contexts.Surroundings(host, new DeclaredInputs(), notes),
              device.torchDevice(),
              Optional.empty(),
              TARGET_LABELS,
              CacheFolder.resolve(),
              event -> {});
      Backbone backbone =
          settings.isEmpty() && entry.factory() instanceof Untrained factory
              ? factory.untrained(context)
              : bound(host, name, settings).create(context);
      return new LoneBackbone(scope, backbone);
    } catch (RuntimeException | Error e) {
      Closing.after(e, scope);
      throw e;
    }
  }

  /**
   * Finds a backbone.
   *
   * @param host where extensions come from
   * @param name of the backbone
   * @throws InvalidInputException if there is none of that name
   */
  public static ExtensionEntry<BackboneContext, Backbone> require(PluginHost host, String name) {
    return host.find(Door.BACKBONE, name)
        .orElseThrow(() -> new InvalidInputException(host.unknown(Door.BACKBONE, name)));
  }

  private static BoundExtension<BackboneContext, Backbone> bound(
      PluginHost host, String name, List<String> settings) {
    RecordBinder binder = new RecordBinder(System::getenv);
    BoundExtension<BackboneContext, Backbone> bound =
        ExperimentPlan.bind(
            Door.BACKBONE,
            ExtensionBlock.of("--network " + name, "network", name, settings),
            Set.of(),
            host,
            binder);
    binder.throwIfProblems();
    return bound;
  }

  /** Returns the network; this object's. */
  public Backbone backbone() {
    return backbone;
  }

  @Override
  public void close() {
    Closing.all(scope, backbone);
  }
}

package org.reprise.engine.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImageSize;
import org.reprise.api.run.RunListener;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.BackboneOptions;
import org.reprise.engine.plan.DataPlan;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;

/**
 * The data set and the backbone that were opened last: runs that want the same ones share them. At
 * most one of each is open. To be closed on the thread that used it, after every session that took
 * something from it; nothing is taken while an older session still runs on what would be closed.
 */
public final class Shelf implements AutoCloseable {
  private OpenData data;
  private OpenBackbone backbone;

  /** Something open, with what it had to say and the scope that its tensors belong to. */
  private abstract static class Open implements AutoCloseable {
    final PointerScope scope = new PointerScope();
    final Set<String> notes = new LinkedHashSet<>();
  }

  /** A data set. */
  private static final class OpenData extends Open {
    private final SessionData data;

    OpenData(DataPlan plan, PluginHost host) {
      try {
        data = SessionData.open(plan, host, notes::add);
      } catch (RuntimeException | Error e) {
        Closing.after(e, scope);
        throw e;
      }
    }

    @Override
    public void close() {
      Closing.all(scope, data);
    }
  }

  /** A backbone. */
  static final class OpenBackbone extends Open {
    private final String key;
    private final List<String> targetLabels;
    private final Contexts.OfBackbone context;
    private final DeclaredInputs inputs = new DeclaredInputs();
    private final Backbone backbone;

    private OpenBackbone(
        String key,
        ExperimentPlan plan,
        ComputeDevice device,
        List<String> targetLabels,
        RunListener listener) {
      this.key = key;
      this.targetLabels = targetLabels;
      try {
        Device torchDevice = device.torchDevice();
        inputs.declareOptions(plan.backbone().options());
        context =
            new Contexts.OfBackbone(
                new Contexts.Surroundings(plan.host(), inputs, notes::add),
                torchDevice,
                plan.promptSize(),
                targetLabels,
                CacheFolder.resolve(),
                listener);
        backbone = checked(plan, plan.backbone().create(context));
      } catch (RuntimeException | Error e) {
        Closing.after(e, scope);
        throw e;
      }
    }

    /** Returns the network; this object's. */
    Backbone backbone() {
      return backbone;
    }

    /** Returns the files that the network depends on. */
    DeclaredInputs inputs() {
      return inputs;
    }

    private boolean serves(String wanted, List<String> labels) {
      return !(backbone instanceof Trainable) // it would go on where another run left it
          && key.equals(wanted)
          && (!context.isOfTheTask() || targetLabels.equals(labels));
    }

    @Override
    public void close() {
      Closing.all(scope, backbone);
    }
  }

  /**
   * Returns the data set of a plan, opening it where another one lies here.
   *
   * @param plan which
   * @param host where extensions come from
   * @return it; this object's
   */
  SessionData data(DataPlan plan, PluginHost host) {
    if (data == null || !data.data.serves(plan)) {
      closeData();
      data = new OpenData(plan, host);
    }
    return data.data;
  }

  /**
   * Returns the backbone of a plan, opening it where another one lies here. The plan's data set is
   * open.
   *
   * @param plan which
   * @param device where it computes
   * @param listener is told of weights that are fetched
   * @return it; this object's
   */
  OpenBackbone backbone(ExperimentPlan plan, ComputeDevice device, RunListener listener) {
    List<String> labels = data.data.dataset().labels();
    String key =
        String.join(
            "\0",
            plan.backbone().toMap().toString(),
            plan.use().toMap().toString(),
            plan.promptSize().map(ImageSize::toString).orElse(""),
            device.name());
    if (backbone == null || !backbone.serves(key, labels)) {
      closeBackbone();
      backbone = new OpenBackbone(key, plan, device, labels, listener);
    }
    return backbone;
  }

  /** Returns what data set and backbone had to say when they were opened. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    Optional.ofNullable(data).ifPresent(open -> notes.addAll(open.notes));
    Optional.ofNullable(backbone).ifPresent(open -> notes.addAll(open.notes));
    return notes;
  }

  private static Backbone checked(ExperimentPlan plan, Backbone made) {
    String name = "backbone " + plan.backbone().entry().name();
    try {
      if (made.labels().size() != made.sourceLabels()) {
        throw new InvalidInputException(
            name
                + " has "
                + made.sourceLabels()
                + " outputs but names "
                + made.labels().size()
                + " labels");
      }
      if (made instanceof PreparedInput prepared
          && !prepared.preparation().size().equals(made.inputSize())) {
        throw new InvalidInputException(
            name
                + " wants images prepared to "
                + prepared.preparation().size()
                + " but takes "
                + made.inputSize());
      }
      Backbone used = used(plan, made, name);
      return plan.use().trainable() ? UnfrozenBackbone.of(used, made, plan.use(), name) : used;
    } catch (RuntimeException | Error e) {
      Closing.after(e, made);
      throw e;
    }
  }

  private static Backbone used(ExperimentPlan plan, Backbone made, String name) {
    if (plan.output() == BackboneOptions.Output.LOGITS) {
      return made;
    }
    if (made instanceof Head head) {
      return FeatureBackbone.of(made, head);
    }
    throw new InvalidInputException(
        "backbone.output: features was asked for, but "
            + name
            + " does not end in a matrix product that it could leave out");
  }

  private void closeData() {
    OpenData old = data;
    data = null;
    Closing.all(old);
  }

  private void closeBackbone() {
    OpenBackbone old = backbone;
    backbone = null;
    Closing.all(old);
  }

  @Override
  public void close() {
    Closing.all(data, backbone);
  }
}

package org.reprise.engine.fake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.backbone.BackboneFactory;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.DatasetFactory;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.NoOptions;
import org.reprise.api.options.Option;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunListenerFactory;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.fake.Plan.RuleKind;
import org.reprise.engine.plugin.PluginHost;

/**
 * The fakes as a plugin. Its jar holds no classes: those of the tests are found beside the engine.
 */
public final class FakePlugin {
  /** A run of them. */
  public static final String EXPERIMENT =
      """
      name: tiny
      seed: 3
      device: cpu
      precision: fp32
      dataset: grey
      backbone: grey
      prompt: shift
      mapping: counting
      training: {epochs: 3, batch-size: 4}
      """;

  /** What the next fakes are made of; a test that runs something sets it. */
  private static Map<Split, Greys> samples = Map.of();

  private static final List<RunEvent> HEARD = new CopyOnWriteArrayList<>();
  private static final List<RunListenerContext> LISTENING = new CopyOnWriteArrayList<>();
  private static final Map<String, Integer> OPEN = new HashMap<>();
  private static String failing = "";

  private FakePlugin() {}

  /**
   * Loads the plugin.
   *
   * @param folder where its jar is to lie
   */
  public static PluginHost load(Path folder) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Plugin-Id", "fakes");
    attributes.putValue("Plugin-Version", "1.0.0");
    attributes.putValue("Plugin-Requires", "^2.0.0");
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(plugins.resolve("fakes.jar")), manifest)) {
      jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
      String factories =
          Stream.of(
                  GreyData.class,
                  GreyNetwork.class,
                  Shift.class,
                  Counting.class,
                  Fixed.class,
                  Adam.class,
                  Counter.class,
                  Around.Network.class,
                  Around.Mapper.class,
                  Ear.class)
              .map(Class::getName)
              .collect(Collectors.joining("\n"));
      jar.write(factories.getBytes(StandardCharsets.UTF_8));
    }
    PluginHost host = PluginHost.load(List.of(plugins));
    if (!host.rejected().isEmpty()) {
      throw new AssertionError(host.rejected().toString());
    }
    return host;
  }

  /** Sets what data sets hold, and forgets what was opened. */
  public static void hold(Map<Split, Greys> held) {
    samples = Map.copyOf(held);
    OPEN.clear();
    HEARD.clear();
    LISTENING.clear();
    failing = "";
  }

  /**
   * Lets one thing fail.
   *
   * @param what e.g. {@code mapper.create}
   */
  public static void fail(String what) {
    failing = what;
  }

  /** Returns how many of each kind were made and not closed; below 0 if closed twice. */
  public static Map<String, Integer> open() {
    return Map.copyOf(OPEN);
  }

  /** Returns what listeners heard, in order; the tensors are gone. */
  public static List<RunEvent> heard() {
    return List.copyOf(HEARD);
  }

  /** Returns what listeners were made with. */
  public static List<RunListenerContext> listening() {
    return List.copyOf(LISTENING);
  }

  private static void failIf(String what) {
    if (failing.equals(what)) {
      throw new InvalidInputException(what + " fails");
    }
  }

  private static void count(String kind) {
    failIf(kind + ".create");
    OPEN.merge(kind, 1, Integer::sum);
  }

  private static void uncount(String kind) {
    OPEN.merge(kind, -1, Integer::sum);
    failIf(kind + ".close");
  }

  /** Samples of one grey. */
  public static final class GreyData implements DatasetFactory<NoOptions> {
    @Override
    public String name() {
      return "grey";
    }

    @Override
    public String description() {
      return "Images of one grey.";
    }

    @Override
    public Class<NoOptions> optionsType() {
      return NoOptions.class;
    }

    @Override
    public Dataset create(NoOptions options, DatasetContext context) {
      count("dataset");
      return new Data();
    }
  }

  private static final class Data implements Dataset {
    @Override
    public List<String> labels() {
      return IntStream.range(0, Plan.TARGETS).mapToObj(i -> "class " + i).toList();
    }

    @Override
    public int size(Split split) {
      return samples.containsKey(split) ? samples.get(split).size() : 0;
    }

    @Override
    public ImageSize imageSize() {
      return ImageSize.square(FakeNetwork.SIDE);
    }

    @Override
    public int label(Split split, int index) {
      return samples.get(split).labels().get(index);
    }

    @Override
    public EncodedSample read(Split split, int index) {
      byte[] rgb = new byte[3 * FakeNetwork.SIDE * FakeNetwork.SIDE];
      Arrays.fill(rgb, samples.get(split).levels().get(index).byteValue());
      return new EncodedSample.Pixels(rgb, imageSize(), label(split, index), "grey " + index);
    }

    @Override
    public void close() {
      uncount("dataset");
    }
  }

  /** {@link FakeNetwork}. */
  public static final class GreyNetwork implements BackboneFactory<NoOptions> {
    @Override
    public String name() {
      return "grey";
    }

    @Override
    public String description() {
      return "Tells bright from dark.";
    }

    @Override
    public Class<NoOptions> optionsType() {
      return NoOptions.class;
    }

    @Override
    public Backbone create(NoOptions options, BackboneContext context) {
      count("backbone");
      return new FakeNetwork(false) {
        @Override
        public List<String> labels() {
          return failing.equals("backbone.labels") ? List.of("one") : super.labels();
        }

        @Override
        public void close() {
          super.close();
          uncount("backbone");
        }
      };
    }
  }

  /**
   * Options of the prompt.
   *
   * @param size of the network input it makes
   */
  public record ShiftOptions(@Option("side of the network input") Optional<Integer> size) {}

  /** {@link FakePrompt}. */
  public static final class Shift implements InputPromptFactory<ShiftOptions> {
    @Override
    public String name() {
      return "shift";
    }

    @Override
    public String description() {
      return "Adds a number.";
    }

    @Override
    public Class<ShiftOptions> optionsType() {
      return ShiftOptions.class;
    }

    @Override
    public Optional<ImageSize> promptSize(ShiftOptions options) {
      return options.size().map(ImageSize::square);
    }

    @Override
    public InputPrompt create(ShiftOptions options, InputPromptContext context) {
      count("prompt");
      return new FakePrompt() {
        @Override
        public void restore(Map<String, Tensor> state) {
          failIf("prompt.restore");
          super.restore(state);
        }

        @Override
        public void close() {
          super.close();
          uncount("prompt");
        }
      };
    }
  }

  /**
   * Options of the mapper that counts.
   *
   * @param once whether it wants evidence only once
   */
  public record CountingOptions(
      @Option(value = "evidence only once", defaultValue = "false") boolean once) {}

  /** {@link FakeMapper#counting}. */
  public static final class Counting implements LabelMapperFactory<CountingOptions> {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public String description() {
      return "Counts.";
    }

    @Override
    public Class<CountingOptions> optionsType() {
      return CountingOptions.class;
    }

    @Override
    public LabelMapper create(CountingOptions options, LabelMapperContext context) {
      count("mapper");
      return FakeMapper.counting(
          context.newJointCounts(),
          options.once() ? Evidence.ONCE : Evidence.EVERY_EPOCH,
          () -> uncount("mapper"));
    }
  }

  /** {@link FakeMapper}. */
  public static final class Fixed implements LabelMapperFactory<NoOptions> {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public String description() {
      return "Stays.";
    }

    @Override
    public Class<NoOptions> optionsType() {
      return NoOptions.class;
    }

    @Override
    public LabelMapper create(NoOptions options, LabelMapperContext context) {
      return new FakeMapper();
    }
  }

  /**
   * Options of the rules.
   *
   * @param lr positive and finite
   */
  public record RuleOptions(@Option(value = "rate", defaultValue = "0.01") double lr) {
    /** Checks the range. */
    public RuleOptions {
      InvalidOptionException.unless(
          lr > 0 && Double.isFinite(lr), "lr", "must be positive and finite, found %s", lr);
    }
  }

  private static UpdateRule rule(UpdateRuleContext context, RuleOptions options, boolean scripted) {
    count("rule");
    return new FakeRule(context.parameters().get(0), options.lr(), scripted, RuleKind.GRADIENTS) {
      @Override
      public void close() {
        super.close();
        uncount("rule");
      }
    };
  }

  /** Follows the script, under the name of the rule that experiments have by default. */
  public static final class Adam implements UpdateRuleFactory<RuleOptions> {
    @Override
    public String name() {
      return "adam";
    }

    @Override
    public String description() {
      return "Follows a script.";
    }

    @Override
    public Class<RuleOptions> optionsType() {
      return RuleOptions.class;
    }

    @Override
    public UpdateRule create(RuleOptions options, UpdateRuleContext context) {
      return rule(context, options, true);
    }
  }

  /** Adds 1. */
  public static final class Counter implements UpdateRuleFactory<RuleOptions> {
    @Override
    public String name() {
      return "counter";
    }

    @Override
    public String description() {
      return "Adds 1.";
    }

    @Override
    public Class<RuleOptions> optionsType() {
      return RuleOptions.class;
    }

    @Override
    public UpdateRule create(RuleOptions options, UpdateRuleContext context) {
      return rule(context, options, false);
    }
  }

  /** What a listener does. */
  public enum Manner {
    /** Listens. */
    LISTEN,
    /** Throws when it is made. */
    REFUSE,
    /** Throws at an epoch. */
    THROW,
    /** Throws when it is closed. */
    THROW_AT_LAST,
    /** Does not come back from the first event until it is interrupted. */
    BLOCK
  }

  /**
   * Options of the listener.
   *
   * @param manner what it does
   */
  public record EarOptions(
      @Option(value = "what it does", defaultValue = "listen") Manner manner) {}

  /** Listens, or not. */
  public static final class Ear implements RunListenerFactory<EarOptions> {
    @Override
    public String name() {
      return "ear";
    }

    @Override
    public String description() {
      return "Listens.";
    }

    @Override
    public Class<EarOptions> optionsType() {
      return EarOptions.class;
    }

    @Override
    public RunListener create(EarOptions options, RunListenerContext context) {
      if (options.manner() == Manner.REFUSE) {
        throw new InvalidInputException("the ear refuses");
      }
      LISTENING.add(context);
      return new RunListener() {
        @Override
        public void on(RunEvent event) {
          HEARD.add(event);
          if (options.manner() == Manner.THROW && event instanceof RunEvent.Epoch) {
            throw new NoClassDefFoundError("the ear is torn");
          }
          if (options.manner() == Manner.BLOCK) {
            try {
              Thread.sleep(600_000);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        }

        @Override
        public void close() {
          if (options.manner() == Manner.THROW_AT_LAST) {
            throw new IllegalStateException("the ear will not close");
          }
        }
      };
    }
  }
}

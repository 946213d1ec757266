package org.reprise.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.plan.DataPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.plugin.PluginIdentity;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.sampling.SampleFilter.Limit;
import org.reprise.engine.store.SampleCache;
import org.reprise.engine.store.SampleOptions;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.testkit.FakeDataset;

/** What decides the samples of a cached file is in its key, and what does not is not. */
class SampleKeyTest {
  private static final ImagePreparation FORM = ImagePreparation.stretched(ImageSize.square(8));
  private static final SampleOptions OPTIONS = SampleOptions.DEFAULT;
  private static final Optional<Integer> NONE = Optional.empty();

  @TempDir private Path folder;
  private Path source;

  /**
   * Options of the data set.
   *
   * @param classes how many
   * @param seeded whether it asks for the seed
   */
  record Options(int classes, boolean seeded) {}

  /** Declares one folder, and reads nothing. */
  private record Factory(Path folder)
      implements ExtensionFactory<Options, DatasetContext, Dataset> {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public Class<Options> optionsType() {
      return Options.class;
    }

    @Override
    public Dataset create(Options options, DatasetContext context) {
      context.input(folder);
      if (options.seeded()) {
        context.seed();
      }
      return FakeDataset.random(new Random(1), options.classes(), 0, 1);
    }
  }

  @BeforeEach
  void write() throws Exception {
    source = Files.writeString(Files.createDirectory(folder.resolve("data")).resolve("a"), "abc");
    Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
  }

  private final class Case {
    private Options options = new Options(2, false);
    private SampleFilter filter = SampleFilter.NONE;
    private SampleOptions treatment = OPTIONS;
    private long seed = 1;
    private String plugin = "aa";
    private Split split = Split.TRAIN;
    private ImagePreparation form = FORM;

    SampleCache.Key key() {
      ExtensionEntry<DatasetContext, Dataset> entry =
          new ExtensionEntry<>(
              Door.DATASET,
              "fake",
              List.of(),
              "A fake.",
              List.of(),
              List.of(),
              new Factory(source.getParent()),
              new PluginIdentity("test", "1", folder, plugin));
      DataPlan plan =
          new DataPlan(new BoundExtension<>(entry, options), filter, treatment, seed, false);
      try (PluginHost host = PluginHost.load(List.of());
          SessionData data = SessionData.open(plan, host, note -> {})) {
        return data.key(split, form);
      }
    }
  }

  private static Limit limit(Integer train, Integer test, boolean perClass) {
    return new Limit(Optional.ofNullable(train), NONE, Optional.ofNullable(test), perClass);
  }

  @Test
  void everythingThatDecidesTheSamplesIsInTheKey() throws Exception {
    List<String> digests = new ArrayList<>();
    digests.add(new Case().key().digest());
    Case changed = new Case();
    changed.filter = new SampleFilter(Optional.empty(), Optional.of(1));
    digests.add(changed.key().digest());
    changed.filter = new SampleFilter(Optional.empty(), Optional.of(2));
    digests.add(changed.key().digest());
    changed.seed = 2; // chooses the shots
    digests.add(changed.key().digest());
    changed = new Case();
    changed.filter = new SampleFilter(Optional.of(limit(3, null, false)), NONE);
    digests.add(changed.key().digest());
    changed.filter = new SampleFilter(Optional.of(limit(3, null, true)), NONE);
    digests.add(changed.key().digest());
    changed = new Case();
    changed.options = new Options(3, false);
    digests.add(changed.key().digest());
    changed = new Case();
    changed.treatment = new SampleOptions(true, Optional.empty(), OnCorrupt.SKIP, true, 0.3);
    digests.add(changed.key().digest());
    changed = new Case();
    changed.plugin = "bb"; // another build of the same version
    digests.add(changed.key().digest());
    changed = new Case();
    changed.split = Split.TEST;
    digests.add(changed.key().digest());
    changed = new Case();
    changed.form = ImagePreparation.stretched(new ImageSize(8, 9));
    digests.add(changed.key().digest());
    changed.form = ImagePreparation.centerCropped(8);
    digests.add(changed.key().digest());
    assertThat(digests).allMatch(digest -> digest.matches("[0-9a-f]{64}")).doesNotHaveDuplicates();
  }

  @Test
  void theSourcesNamesSizesAndTimesAreInTheKey() throws Exception {
    List<String> digests = new ArrayList<>();
    digests.add(new Case().key().digest());
    assertThat(new Case().key().digest()).isEqualTo(digests.get(0));
    Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2020-01-01T00:00:01Z")));
    digests.add(new Case().key().digest());
    Files.writeString(source, "abcd");
    Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2020-01-01T00:00:01Z")));
    digests.add(new Case().key().digest());
    Files.writeString(source.resolveSibling("b"), "");
    digests.add(new Case().key().digest());
    Files.move(source, source.resolveSibling("c"));
    digests.add(new Case().key().digest());
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void whatDoesNotDecideThemIsNot() {
    String digest = new Case().key().digest();
    Case changed = new Case();
    changed.seed = 2; // nobody asks for it
    assertThat(changed.key().digest()).isEqualTo(digest);
    changed.treatment = new SampleOptions(false, Optional.empty(), OnCorrupt.ERROR, true, 0.7);
    assertThat(changed.key().digest()).isEqualTo(digest);
    changed.options = new Options(2, true);
    String first = changed.key().digest();
    changed.seed = 3; // now it is asked for
    assertThat(changed.key().digest()).isNotEqualTo(first);
  }
}

package org.reprise.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.reprise.api.ExtensionContext;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;

/** Runs the contract suite of an extension's kind on what the extension makes. */
final class Suites {
  private static final Map<Door<?, ?>, Class<?>> SUITE =
      Map.of(
          Door.MAPPER, Suite.Mapper.class,
          Door.PROMPT, Suite.Prompt.class,
          Door.BACKBONE, Suite.Network.class,
          Door.DATASET, Suite.Data.class,
          Door.UPDATE_RULE, Suite.Rule.class);

  private final PluginHost host;
  private final List<String> settings;
  private final Findings findings;

  /**
   * Prepares.
   *
   * @param host where the extensions come from
   * @param settings {@code NAME.KEY=VALUE}, options of extensions
   * @param findings gets what is found
   */
  Suites(PluginHost host, List<String> settings, Findings findings) {
    this.host = host;
    this.settings = List.copyOf(settings);
    this.findings = findings;
  }

  /** Runs the suite of one extension. */
  void run(ExtensionEntry<?, ?> entry) {
    Class<?> suite = SUITE.get(entry.door());
    String title = entry.door() + " " + entry.name();
    if (suite == null) {
      findings.say(title + ": there is no contract suite for its kind");
      return;
    }
    findings.at(title + ", while it was made");
    Suite.subject = new Subject(host, entry, own(entry));
    Optional<String> why = whyNot();
    if (why.isPresent()) {
      findings.say(title + ": not run: " + why.get() + " (--set " + entry.name() + ".KEY=VALUE)");
      return;
    }
    Results results = new Results(title);
    Launcher launcher =
        LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .addTestEngines(new JupiterTestEngine())
                .build());
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(suite))
            .build();
    launcher.execute(request, results);
    findings.say(title + ": contract suite: " + results);
    results.failures.forEach(findings::bad);
  }

  // what the user can put right is no breach of a contract
  private Optional<String> whyNot() {
    try (PointerScope scope = new PointerScope()) {
      Suite.makeOnce();
      return Optional.empty();
    } catch (InvalidInputException | UnsupportedOperationException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (Exception | LinkageError e) {
      return Optional.empty(); // the suite tells
    }
  }

  private List<String> own(ExtensionEntry<?, ?> entry) {
    String prefix = entry.name() + ".";
    return settings.stream()
        .filter(text -> text.startsWith(prefix))
        .map(text -> text.substring(prefix.length()))
        .toList();
  }

  /**
   * The extension under test.
   *
   * @param host where it and those that it is built around come from
   * @param entry which
   * @param settings its options
   */
  record Subject(PluginHost host, ExtensionEntry<?, ?> entry, List<String> settings) {

    /** Makes an object. */
    <C extends ExtensionContext, T> T create(Door<C, T> door, C context, List<String> more) {
      List<String> all = new ArrayList<>(more);
      all.addAll(settings);
      RecordBinder binder = new RecordBinder(System::getenv);
      BoundExtension<C, T> bound =
          ExperimentPlan.bind(
              door,
              ExtensionBlock.of("options of " + entry.name(), entry.name(), entry.name(), all),
              Set.of(),
              host,
              binder);
      binder.throwIfProblems();
      return bound.create(context);
    }

    /** Tells whether it has an option. */
    boolean has(String key) {
      return RecordBinder.keys(entry.optionsType()).contains(key);
    }
  }

  /** Counts. */
  private final class Results implements TestExecutionListener {
    private final String title;
    private final List<String> failures = new ArrayList<>();
    private int passed;

    Results(String title) {
      this.title = title;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      findings.at(title + ", in " + test.getDisplayName());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Throwable thrown = result.getThrowable().orElse(null);
      if (thrown != null) {
        failures.add("  " + test.getDisplayName() + ": " + reason(thrown));
      } else if (test.isTest()) {
        passed++;
      }
    }

    private String reason(Throwable thrown) {
      // libtorch's messages end in pages of native frames, AssertJ's go on for a few lines
      String text = thrown.getMessage() == null ? "" : thrown.getMessage().strip();
      String message =
          thrown instanceof AssertionError
              ? text.replaceAll("\\s+", " ")
              : text.lines().findFirst().orElse("");
      return thrown.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    @Override
    public String toString() {
      return passed + " passed" + (failures.isEmpty() ? "" : ", " + failures.size() + " failed");
    }
  }
}

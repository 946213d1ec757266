package org.reprise.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.reprise.engine.config.OptionDescription;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.plugin.RejectedPlugin;

/** The process that tries a plugin. */
public final class Main {
  private Main() {}

  /**
   * Tries a plugin and ends the process.
   *
   * @param arguments {@code load} or {@code verify}, the file for findings, the plugin's jar, then
   *     {@code beside:} a folder or jar of plugins and {@code set:NAME.KEY=VALUE} as often as
   *     wanted
   */
  public static void main(String[] arguments) {
    Findings findings = new Findings(Path.of(arguments[1]));
    Path file = Path.of(arguments[2]);
    List<Path> plugins =
        new ArrayList<>(values(arguments, "beside:").stream().map(Path::of).toList());
    plugins.add(file);
    findings.at("while it was loaded");
    try (PluginHost host = PluginHost.load(plugins)) {
      host.rejected().stream()
          .filter(rejected -> rejected.file().equals(file))
          .map(RejectedPlugin::reason)
          .forEach(findings::bad);
      List<ExtensionEntry<?, ?>> found =
          host.extensions().stream().filter(e -> e.plugin().file().equals(file)).toList();
      found.forEach(entry -> describe(entry, findings));
      if (arguments[0].equals("verify")) {
        Suites suites = new Suites(host, values(arguments, "set:"), findings);
        found.forEach(suites::run);
      }
    }
    findings.end();
    System.exit(0); // whatever threads it has left behind
  }

  private static List<String> values(String[] arguments, String prefix) {
    return Arrays.stream(arguments)
        .skip(3)
        .filter(text -> text.startsWith(prefix))
        .map(text -> text.substring(prefix.length()))
        .toList();
  }

  private static void describe(ExtensionEntry<?, ?> entry, Findings findings) {
    findings.say(entry.door() + " " + entry.name() + ": " + entry.description());
    for (OptionDescription option : entry.options()) {
      findings.say("  " + option.key() + ": " + option.type() + ", " + option.defaultText());
    }
  }
}

package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise plugins new}. */
@Command(
    name = "new",
    description = "Writes a Maven project with a plugin that works, to be changed into yours.")
final class PluginsNewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Of the extension, e.g. my-mapper.")
  private String name;

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "KIND",
      description = "label-mapper, input-prompt, backbone, dataset, update-rule or listener.")
  private String kind;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "The project's folder; NAME in this one by default.")
  private Path into;

  @Override
  public Integer call() throws IOException {
    PluginProject project =
        new PluginProject(
            name, PluginProject.Kind.of(kind), Installation.home(), Installation.version());
    Path folder = into == null ? Path.of(name) : into;
    PrintWriter out = spec.commandLine().getOut();
    project.write(folder).forEach(file -> out.println(folder.resolve(file)));
    out.println();
    out.println("Next: cd " + folder + " && ./mvnw package; its README.md tells the rest.");
    return 0;
  }
}

package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise plugins libraries}. */
@Command(
    name = "libraries",
    description =
        "Puts what plugins are compiled and tested with (API, plugin support, readers, test kit)"
            + " into Maven's local repository, from the installation; nothing is fetched.")
final class PluginsLibrariesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "The repository; ~/.m2/repository by default.")
  private Path into = Path.of(System.getProperty("user.home"), ".m2", "repository");

  @Override
  public Integer call() throws IOException {
    Path from = Installation.home().resolve("repository");
    if (!Files.isDirectory(from)) {
      throw new InvalidInputException(from + ": this installation comes without the libraries");
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(from)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      Path target = into.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      spec.commandLine().getOut().println(target);
    }
    return 0;
  }
}

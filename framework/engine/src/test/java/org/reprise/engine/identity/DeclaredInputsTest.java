package org.reprise.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class DeclaredInputsTest {
  record Nested(Path deep, List<Map<String, Path>> deeper) {}

  record Options(
      Path file,
      Optional<Path> more,
      List<Path> list,
      Map<String, Path> map,
      Nested nested,
      Path published,
      String text,
      int number) {}

  @TempDir private Path folder;
  private final DeclaredInputs inputs = new DeclaredInputs();

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
      Files.writeString(folder.resolve(name), name);
    }
    Files.createDirectory(folder.resolve("data"));
  }

  @Test
  void devicesArePassedOverByNobody() {
    Path device = Path.of("/dev/null");
    assertThatThrownBy(() -> inputs.declareOptions(new Nested(device, List.of())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("/dev/null: not a plain file");
    assertThat(inputs.paths()).isEmpty();
  }

  @Test
  void everyPathAmongOptionsIsFound() {
    inputs.declareOptions(
        new Options(
            folder.resolve("a"),
            Optional.of(folder.resolve("b")),
            List.of(folder.resolve("c"), folder.resolve("data")),
            Map.of("key", folder.resolve("d")),
            new Nested(folder.resolve("e"), List.of(Map.of("key", folder.resolve("f")))),
            folder.resolve("imagenet1k-v1"), // a name, and no file
            folder.resolve("g").toString(), // a text, and no path
            3));
    assertThat(inputs.paths())
        .containsExactly(
            folder.resolve("a"),
            folder.resolve("b"),
            folder.resolve("c"),
            folder.resolve("data"),
            folder.resolve("d"),
            folder.resolve("e"),
            folder.resolve("f"));
  }

  @Test
  void whatIsDeclaredTwiceCountsOnce() {
    Path roundabout = folder.resolve("data/../a");
    assertThat(inputs.declare(roundabout)).isSameAs(roundabout);
    inputs.declare(folder.resolve("a"));
    inputs.declare(folder.resolve("data"));
    assertThat(inputs.paths()).containsExactly(folder.resolve("a"), folder.resolve("data"));
  }

  @Test
  void whatIsDeclaredMustExist() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> inputs.declare(absent))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(absent.toString());
    assertThat(inputs.paths()).isEmpty();
  }
}

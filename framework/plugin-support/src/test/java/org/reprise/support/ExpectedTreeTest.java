package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class ExpectedTreeTest {
  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectories(folder.resolve("flowers"));
    Files.createDirectories(root.resolve("inner"));
    Files.writeString(root.resolve("inner/a.txt"), "");
    Files.writeString(root.resolve("trian.lmdb"), "");
  }

  private ExpectedTree tree() {
    return ExpectedTree.at(root, "train.lmdb", "inner/", "  a.txt");
  }

  @Test
  void findsFilesAndFolders() {
    assertThat(tree().file("inner/a.txt")).isRegularFile();
    assertThat(tree().folder("inner")).isDirectory();
  }

  @Test
  void showsWhatIsExpectedAndWhatIsThere() {
    assertThatThrownBy(() -> tree().file("train.lmdb"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            root
                + ": no file \"train.lmdb\"; did you mean \"trian.lmdb\"?"
                + "\nexpected:\n  train.lmdb\n  inner/\n    a.txt\nfound: inner/, trian.lmdb");
    assertThatThrownBy(() -> tree().folder("trian.lmdb"))
        .hasMessageStartingWith(root + ": not a folder \"trian.lmdb\"");
  }

  @Test
  void namesTheFirstFolderThatIsMissing() {
    assertThatThrownBy(() -> tree().file("iner/b/c.txt"))
        .hasMessageStartingWith(root + ": no folder \"iner\"; did you mean \"inner\"?\nexpected:");
    assertThatThrownBy(() -> tree().file("inner/b.txt"))
        .hasMessageEndingWith("found in " + root.resolve("inner") + ": a.txt");
  }

  @Test
  void aMissingRootNamesItsNeighbour() {
    assertThatThrownBy(() -> ExpectedTree.at(folder.resolve("flower"), "x"))
        .hasMessage(
            folder.resolve("flower")
                + ": no such folder; did you mean \"flowers\"?\nexpected:\n  x");
    assertThatThrownBy(() -> ExpectedTree.at(root.resolve("trian.lmdb"), "x"))
        .hasMessageContaining("not a folder");
  }

  @Test
  void theNearestNameBesideWhatIsMissing() throws IOException {
    Files.createFile(root.resolve("evidence.safetensors"));
    assertThat(ExpectedTree.near(root.resolve("evidense.safetensors")))
        .isEqualTo("; did you mean \"evidence.safetensors\"?");
    assertThat(ExpectedTree.near(root.resolve("x"))).isEmpty();
    assertThat(ExpectedTree.near(root.resolve("none/x"))).isEmpty();
    assertThat(ExpectedTree.near(Path.of("/"))).isEmpty();
  }
}

package org.reprise.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
  @TempDir private Path folder;

  @Test
  void aFileIsReadWhole() throws IOException {
    Path file = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
    assertThat(ImageFile.read(file)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> ImageFile.read(folder.resolve("b.png")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void onlyAPlainFileIsRead() {
    assertThatThrownBy(() -> ImageFile.read(Path.of("/dev/null")))
        .isInstanceOf(IOException.class)
        .hasMessage(FileKind.SPECIAL);
    assertThatThrownBy(() -> ImageFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("not a file but a folder");
  }

  @Test
  void whatIsNoImageByItsSizeIsNotRead() throws IOException {
    Path file = folder.resolve("sparse.png");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> ImageFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1,099,511,627,776 bytes or more are too many for an image");
  }
}

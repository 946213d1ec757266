package org.reprise.datasets.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.testkit.DamagedFiles;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.FakeDatasetContext;

class GtsrbTest extends DatasetContract {
  private static final String HEADER = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId";
  private static final String TABLE = "GT-final_test.csv";
  @TempDir private Path folder;

  @Override
  protected Dataset create() throws IOException {
    for (int label : new int[] {0, 7, 42}) {
      for (int track = 0; track < 2; track++) {
        ppm(String.format("GTSRB/Training/%05d/%05d_00000.ppm", label, track), 20 + track, label);
      }
      write(String.format("GTSRB/Training/%05d/GT-%05d.csv", label, label), "Filename;...\r\n");
    }
    ppm("GTSRB/Final_Test/Images/00000.ppm", 25, 1);
    ppm("GTSRB/Final_Test/Images/00001.ppm", 31, 2);
    write(TABLE, HEADER + "\r\n00001.ppm;31;31;5;5;20;20;42\r\n00000.ppm;25;25;5;5;20;20;16\r\n");
    return open(folder);
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private void ppm(String name, int side, int grey) throws IOException {
    byte[] header = ("P6\n" + side + " " + side + "\n255\n").getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[header.length + 3 * side * side];
    Arrays.fill(file, (byte) grey);
    System.arraycopy(header, 0, file, 0, header.length);
    Files.createDirectories(folder.resolve(name).getParent());
    Files.write(folder.resolve(name), file);
  }

  private static Dataset open(Path path) {
    return new GtsrbFactory().create(new SmallImageOptions(path, 32), new FakeDatasetContext());
  }

  @Test
  void readsTheTreeThatTorchvisionKeeps() throws IOException {
    create().close();
    try (Dataset data = open(folder)) {
      assertThat(data.labels()).hasSize(43);
      assertThat(data.labels().get(0)).isEqualTo("20 speed");
      assertThat(data.labels().get(42)).isEqualTo("lifted no overtaking trucks");
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(32));
      assertThat(data.size(Split.TRAIN)).isEqualTo(6);
      assertThat(data.read(Split.TRAIN, 3).label()).isEqualTo(7);
      assertThat(data.read(Split.TRAIN, 3).place()).endsWith("00007/00001_00000.ppm");
      // the table's order, not the folder's
      EncodedSample.File first = (EncodedSample.File) data.read(Split.TEST, 0);
      assertThat(first.label()).isEqualTo(42);
      assertThat(first.bytes()).startsWith('P', '6').endsWith(2, 2, 2);
      assertThat(data.read(Split.TEST, 1).label()).isEqualTo(16);
    }
  }

  @Test
  void takesTheFolderAboveAndTheTableBesideTheImages() throws IOException {
    create().close();
    Files.move(folder.resolve(TABLE), folder.resolve("GTSRB/Final_Test/Images").resolve(TABLE));
    Files.createDirectory(folder.resolve("gtsrb"));
    Files.move(folder.resolve("GTSRB"), folder.resolve("gtsrb/GTSRB"));
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TEST)).isEqualTo(2);
    }
  }

  @Test
  void readsKagglesTree() throws IOException {
    for (int label : new int[] {10, 2, 42}) {
      Images.write(folder.resolve("Train/" + label + "/000_0.png"), label);
    }
    Images.write(folder.resolve("Test/00000.png"), 1);
    Images.write(folder.resolve("Test/00001.png"), 2);
    String header = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n";
    write("Test.csv", header + "53,54,6,5,48,49,16,Test/00001.png\n9,9,1,1,5,5,1,00000.png\n");
    write("Meta.csv", "Path,ClassId\n");
    try (Dataset data = open(folder)) {
      // by number, so that 2 stands before 10
      assertThat(data.read(Split.TRAIN, 0).label()).isEqualTo(2);
      assertThat(data.read(Split.TRAIN, 1).label()).isEqualTo(10);
      assertThat(data.read(Split.TEST, 0).label()).isEqualTo(16);
      assertThat(data.read(Split.TEST, 0).place()).endsWith("Test/00001.png");
      assertThat(data.read(Split.TEST, 1).label()).isEqualTo(1);
    }
    write("Test.csv", header + "53,54,6,5,48,49,16,Train/2/000_0.png\n");
    assertThatThrownBy(() -> open(folder))
        .hasMessageStartingWith(
            folder.resolve("Test.csv") + ":2: no file \"Train/2/000_0.png\" in ");
    Files.createDirectories(folder.resolve("Train/02"));
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("unexpected folder \"Train/2\"");
  }

  @Test
  void readsTheTableAsOtherProgramsWriteIt() throws IOException {
    create().close();
    Files.move(
        folder.resolve("GTSRB/Final_Test/Images/00001.ppm"),
        folder.resolve("GTSRB/Final_Test/Images/00001.PPM"));
    List<String> tables =
        List.of(
            "\uFEFFClassId;Filename\r\n42;00001.ppm\r\n16;00000.ppm\r\n\r\n",
            "\"Filename\", \"ClassId\"\n\"00001.ppm\", \"42\"\n\"00000.ppm\", \"16\"\n",
            " filename ;width; classid \n 00001.ppm ;; 42 \n Images\\00000.ppm ;9;16\n");
    for (String table : tables) {
      write(TABLE, table);
      try (Dataset data = open(folder)) {
        assertThat(data.size(Split.TEST)).isEqualTo(2);
        assertThat(data.read(Split.TEST, 0).label()).as(table).isEqualTo(42);
        assertThat(data.read(Split.TEST, 0).place()).endsWith("00001.PPM");
        assertThat(data.read(Split.TEST, 1).label()).as(table).isEqualTo(16);
      }
    }
    // two files that the table's name may mean
    Files.copy(
        folder.resolve("GTSRB/Final_Test/Images/00001.PPM"),
        folder.resolve("GTSRB/Final_Test/Images/00001.Ppm"));
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("no file \"00001.ppm\" in ");
  }

  @Test
  void readsTheBenchmarksOwnTrainingArchive() throws IOException {
    create().close();
    Files.createDirectories(folder.resolve("GTSRB/Final_Training"));
    Files.move(folder.resolve("GTSRB/Training"), folder.resolve("GTSRB/Final_Training/Images"));
    try (Dataset data = open(folder)) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(6);
      assertThat(data.read(Split.TRAIN, 3).label()).isEqualTo(7);
    }
  }

  @Test
  void showsTheTreeWhereItIsNotFound() throws IOException {
    create().close();
    Files.delete(folder.resolve(TABLE));
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder + ": no file \"GT-final_test.csv\"\nexpected:\n  GTSRB/\n")
        .hasMessageEndingWith("\nfound: GTSRB/");
    Files.createDirectories(folder.resolve("GTSRB/Training/00043"));
    write(TABLE, HEADER);
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("unexpected folder");
    Files.move(folder.resolve("GTSRB/Training"), folder.resolve("GTSRB/Trainig"));
    assertThatThrownBy(() -> open(folder))
        .hasMessageContaining("no folder \"GTSRB/Training\"; did you mean \"Trainig\"?");
  }

  @Test
  void namesTheLineOfAWrongTable() throws IOException {
    create().close();
    String[][] cases = {
      {"", ": the file is empty"},
      {"Filename,ClassId\n", ": no rows below the header"},
      {"Filename\tClassId\n", ":1: no column \"Filename\"; expected names separated by commas"},
      {HEADER + "\n", ": no rows below the header"},
      {HEADER + "\n00000.ppm;1;2\n", ":2: 3 cells, expected 8 as in line 1"},
      {HEADER + "\n00000.ppm;1;1;1;1;1;1;43\n", ":2: ClassId \"43\", expected 0 to 42"},
      {HEADER + "\n00000.ppm;1;1;1;1;1;1;x\n", ":2: ClassId \"x\", expected 0 to 42"},
      {HEADER + "\n0000.ppm;1;1;1;1;1;1;4\n", ":2: no file \"0000.ppm\" in "},
      {HEADER + "\n../Images/00000.ppm;1;1;1;1;1;1;4\n", ":2: no file \"../Images/00000.ppm\" in "},
    };
    for (String[] wrong : cases) {
      write(TABLE, wrong[0]);
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(folder.resolve(TABLE) + wrong[1]);
    }
  }

  @Test
  void damagedTablesAreReadOrRefused() throws IOException {
    create().close();
    DamagedFiles.check(folder, List.of(TABLE), () -> open(folder));
  }
}

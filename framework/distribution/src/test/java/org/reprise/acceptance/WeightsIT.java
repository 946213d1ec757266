package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Published files and files of weights, at the command line; nothing is fetched from the network.
 */
class WeightsIT {
  @TempDir private Path folder;

  private Reprise reprise() {
    return new Reprise(folder).with("REPRISE_OFFLINE", "1");
  }

  @Test
  void inspectShowsTensorsAndValues() throws IOException {
    Files.copy(Path.of("src/test/resources/reference/best-ilm.pth"), folder.resolve("best.pth"));

    assertThat(reprise().run("weights", "inspect", "best.pth").succeeded().out())
        .containsPattern("visual_prompt_dict.program +float +\\[3, 48, 48] +27,648 bytes")
        .containsPattern("mapping_matrix +long +\\[8] +64 bytes")
        .contains("best_acc = 0.4375", "torch.save (zip): 3 tensors, 13,832 numbers");
  }

  @Test
  void badFilesEndInOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("src/test/resources/reference/best-ilm.pth"));
    Files.write(folder.resolve("cut.pth"), java.util.Arrays.copyOf(whole, 5000));
    Files.writeString(folder.resolve("page.pth"), "<html>404</html>");
    Files.writeString(
        folder.resolve("evil.pth"),
        "\u0080\u0002cposix\nsystem\nU\u0007echo hi\u0085R.",
        java.nio.charset.StandardCharsets.ISO_8859_1);

    assertWrong("cut.pth", "damaged zip archive");
    assertWrong("page.pth", "not a file of weights");
    assertWrong("evil.pth", "posix.system and no state dict; nothing of an object is read");
    assertWrong("none.pth", "no such file");
  }

  private void assertWrong(String file, String message) {
    Reprise.Result result = reprise().run("weights", "inspect", file);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains(file, message);
  }

  @Test
  void dataSetsAreListedWithTheirSources() {
    assertThat(reprise().run("data", "fetch").succeeded().out())
        .contains(
            "cifar10  cifar-10-python.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            "md5:c58f30108f718f92721af3b95e74349a",
            "licence: ",
            "ucf101  train.lmdb");
  }

  @Test
  void whatCannotBeFetchedIsSaid() {
    Reprise.Result offline = reprise().run("data", "fetch", "cifar10");
    assertThat(offline.exitCode()).isEqualTo(1);
    assertThat(offline.err())
        .contains("REPRISE_OFFLINE", "cifar-10-python.tar.gz", "cache/data/cifar10");

    Reprise.Result byHand = reprise().run("data", "fetch", "ucf101");
    assertThat(byHand.exitCode()).isEqualTo(2);
    assertThat(byHand.err()).contains("train.lmdb, test.lmdb and split.json");

    Reprise.Result unknown = reprise().run("data", "fetch", "cifar11");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("cifar10");

    assertThat(reprise().run("weights", "fetch", "no-such-network").exitCode()).isEqualTo(2);
  }

  @Test
  void weightsAreListedWithSizesSumsLicencesAndSources() {
    assertThat(reprise().run("weights", "list").succeeded().out())
        .contains(
            "resnet18/imagenet1k-v1  resnet18-f37072fd.pth  46,830,571 bytes",
            "    https://download.pytorch.org/models/resnet18-f37072fd.pth",
            "    sha256:f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
            "    licence: BSD-3-Clause",
            "    source: https://github.com/pytorch/vision/",
            "clip/openai-vit-b-32  ViT-B-32.pt  353,976,522 bytes",
            "resnext101-32x8d/instagram  ig_resnext101_32x8-c38310e5.pth");
  }
}

package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.pickle.PickleException;
import org.reprise.safetensors.SafetensorsException;

class DamagedWeightsTest {
  private static final int MUTATIONS = Integer.getInteger("reprise.fuzz", 500);

  @TempDir private Path folder;

  private static void readAll(Path file) throws IOException {
    StateDict dict = StateDict.open(file);
    try (PointerScope scope = new PointerScope()) {
      for (String name : dict.names()) {
        dict.read(name);
      }
    }
  }

  private static boolean isClear(IOException e) {
    return e instanceof WeightsException
        || e instanceof PickleException
        || e instanceof SafetensorsException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"views-zip.pth", "state-legacy.pth", "state-deflated.pth", "traced.pt"})
  void everyTruncationIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(StateDictTest.file(name));
    Path cut = folder.resolve("cut.pth");
    int step = whole.length > 4000 ? 7 : 1;
    for (int length = 0; length < whole.length; length += step) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> readAll(cut))
          .as("%s, %d bytes", name, length)
          .isInstanceOf(IOException.class)
          .matches(e -> isClear((IOException) e))
          .hasMessageContaining("cut.pth");
    }
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("-Dreprise.seed=" + seed + ", " + MUTATIONS + " mutated files");
    Random random = new Random(seed);
    String[] names = {
      "views-zip.pth",
      "checkpoint-legacy.pth",
      "state-deflated.pth",
      "traced.pt",
      "state.safetensors",
      "checkpoint-zip.pth"
    };
    Path damaged = folder.resolve("damaged.pth");
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = Files.readAllBytes(StateDictTest.file(names[random.nextInt(names.length)]));
      int changes = 1 + random.nextInt(6);
      for (int change = 0; change < changes; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try {
        readAll(damaged);
      } catch (IOException e) {
        assertThat(isClear(e)).as("seed %d, case %d: %s", seed, i, e).isTrue();
        assertThat(e).as("seed %d, case %d", seed, i).hasMessageContaining("damaged.pth");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dreprise.seed=" + seed + ", case " + i, e);
      }
    }
    assertThat(refused).isPositive();
  }
}

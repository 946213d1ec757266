package org.reprise.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuCoresTest {
  @TempDir Path processors;

  private void processor(int number, String siblings) throws IOException {
    Path topology = Files.createDirectories(processors.resolve("cpu" + number).resolve("topology"));
    Files.writeString(topology.resolve("thread_siblings_list"), siblings + "\n");
  }

  @Test
  void hyperThreadsOfACoreCountOnce() throws IOException {
    processor(0, "0,2");
    processor(1, "1,3");
    processor(2, "0,2");
    processor(3, "1,3");
    Files.createDirectories(processors.resolve("cpu4")); // switched off
    Files.createDirectories(processors.resolve("cpufreq"));

    assertThat(CpuCores.count(processors)).hasValue(2);
  }

  @Test
  void virtualProcessorsWithoutSiblingsAreCores() throws IOException {
    processor(0, "0");
    processor(1, "1");

    assertThat(CpuCores.count(processors)).hasValue(2);
  }

  @Test
  void noListIsNoAnswer() {
    assertThat(CpuCores.count(processors)).isEmpty();
    assertThat(CpuCores.count(processors.resolve("nothere"))).isEmpty();
  }
}

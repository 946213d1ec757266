package org.reprise.engine.inspect;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.ParallelLoop;
import org.reprise.engine.store.SampleReader;

/**
 * What is wrong with a data set.
 *
 * @param samples read
 * @param problems samples that are missing, do not decode, or have a label out of range
 * @param duplicates samples with the same bytes as an earlier one
 */
public record DataVerification(int samples, List<String> problems, List<String> duplicates) {

  private record Finding(String problem, String digest, String place) {}

  /**
   * Reads and decodes every sample.
   *
   * @param dataset borrowed
   * @param progress is told how much is done
   * @return what was found
   * @throws IOException never for a sample; those are findings
   */
  public static DataVerification of(Dataset dataset, LoadProgress progress) throws IOException {
    int samples = 0;
    List<String> problems = new ArrayList<>();
    List<String> duplicates = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      Finding[] findings = new Finding[dataset.size(split)];
      if (findings.length > 0) {
        ParallelLoop.run(findings.length, i -> findings[i] = check(dataset, split, i), progress);
      }
      samples += findings.length;
      Arrays.stream(findings)
          .map(Finding::problem)
          .filter(Objects::nonNull)
          .forEach(problem -> problems.add(split.label() + ": " + problem));
      for (Finding finding : findings) {
        if (finding.digest() != null) {
          String here = split.label() + " " + finding.place();
          String earlier = seen.putIfAbsent(finding.digest(), here);
          if (earlier != null) {
            duplicates.add(here + " is the same as " + earlier);
          }
        }
      }
    }
    return new DataVerification(samples, List.copyOf(problems), List.copyOf(duplicates));
  }

  private static Finding check(Dataset dataset, Split split, int index) {
    try {
      EncodedSample sample = dataset.read(split, index);
      String digest = digest(sample);
      try {
        SampleReader.label(dataset, sample);
        SampleReader.image(sample, RgbImage::size);
        return new Finding(null, digest, sample.place());
      } catch (InvalidInputException e) {
        return new Finding(e.getMessage(), digest, sample.place());
      }
    } catch (IOException | InvalidInputException e) {
      return new Finding(e.getMessage(), null, "");
    }
  }

  private static String digest(EncodedSample sample) {
    byte[] bytes =
        sample instanceof EncodedSample.File file
            ? file.bytes()
            : ((EncodedSample.Pixels) sample).rgb();
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

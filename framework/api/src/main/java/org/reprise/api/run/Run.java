package org.reprise.api.run;

import java.nio.file.Path;
import java.util.List;

/**
 * Which run something is about.
 *
 * @param label what people call it: the values of the axes its study varies, e.g. {@code blm++}
 * @param id its identity, 64 hexadecimal digits
 * @param index its place among the runs of this call, from 0
 * @param count runs of this call
 * @param epochs to train
 * @param folder its run directory
 * @param sourceLabels names of the mapper's source labels, KS
 * @param targetLabels names of the task's classes, KT
 */
public record Run(
    String label,
    String id,
    int index,
    int count,
    int epochs,
    Path folder,
    List<String> sourceLabels,
    List<String> targetLabels) {
  /** Copies the lists. */
  public Run {
    sourceLabels = List.copyOf(sourceLabels);
    targetLabels = List.copyOf(targetLabels);
  }
}

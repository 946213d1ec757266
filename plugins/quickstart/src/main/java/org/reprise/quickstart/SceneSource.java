package org.reprise.quickstart;

import java.util.List;

/** Composes the samples of a data set. Thread-safe: a sample depends on the arguments only. */
interface SceneSource {

  /**
   * Returns the class names.
   *
   * @return one name for each label
   */
  List<String> labels();

  /**
   * Composes a sample.
   *
   * @param seed the data's seed
   * @param stream which part of the data; parts share no sample
   * @param index which sample; any consecutive as many as there are labels hold each label once
   * @return the sample
   */
  LabelledScene scene(long seed, long stream, long index);
}

package org.reprise.engine.store;

import java.io.IOException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.engine.store.SampleOptions.OnCorrupt;

/**
 * Where the samples of a store come from.
 *
 * @param dataset borrowed
 * @param split which part
 * @param choice which samples of that part
 * @param preparation how the prompt wants images stored
 * @param onCorrupt what to do with an image that cannot be decoded
 * @param progress is told how many samples are decoded
 */
public record SampleSource(
    Dataset dataset,
    Split split,
    Choice choice,
    ImagePreparation preparation,
    OnCorrupt onCorrupt,
    LoadProgress progress) {

  /** Chooses samples; asked only when they have to be decoded. */
  @FunctionalInterface
  public interface Choice {
    /** Returns indices into the split. */
    int[] indices() throws IOException;
  }

  int[] indices() throws IOException {
    return choice.indices();
  }

  /** Returns the bytes that the pixels of so many samples take. */
  long bytes(int samples) {
    return SampleFile.imageBytes(preparation.size()) * samples;
  }

  /** Returns what a file of the cache is to hold. */
  SampleFileReader.Wanted wanted(SampleCache.Key key) {
    return new SampleFileReader.Wanted(
        key.digest(), preparation.size(), dataset.size(split), dataset.labels().size());
  }

  SampleReader.Content read(int[] indices, SampleReader.Target target) throws IOException {
    return SampleReader.read(dataset, split, indices, preparation, onCorrupt, target, progress);
  }
}

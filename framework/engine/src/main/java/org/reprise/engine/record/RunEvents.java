package org.reprise.engine.record;

import java.util.OptionalLong;
import org.reprise.api.data.Split;
import org.reprise.api.download.Download;
import org.reprise.engine.session.FetchEvents;
import org.reprise.engine.training.EpochResult;
import org.reprise.engine.training.TrainingListener;

/** What the runs of an experiment tell whoever watches. Called on the running thread. */
public interface RunEvents extends FetchEvents {

  @Override
  default void fetching(Download file, long done, OptionalLong total) {}

  /** Something that the user should know and that changes no result, in one line. */
  void note(String line);

  /** Samples are being decoded. */
  void loading(Split split, int done, int total);

  /**
   * A run begins or goes on.
   *
   * @param run which one
   * @param epochsDone 0, or the epochs a checkpoint has seen
   */
  void started(RunHandle run, int epochsDone);

  /** A step is done; see {@link TrainingListener#progress}. */
  void progress(
      TrainingListener.Pass pass, int epoch, int samples, int total, double loss, double accuracy);

  /** An epoch is recorded. */
  void epoch(EpochResult result);

  /** A run is complete. */
  void finished(RunHandle run, RunSummary summary);
}

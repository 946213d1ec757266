package org.reprise.engine.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Device;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;
import org.reprise.engine.download.PublishedFiles;

/** What a backbone is made with; its notes go to the session. */
record NetworkContext(
    Device device,
    Optional<ImageSize> promptSize,
    List<String> targetLabelNames,
    Path cacheFolder,
    Set<String> notes,
    FetchEvents events)
    implements BackboneContext {
  @Override
  public Path fetch(Download file) {
    PublishedFiles files = new PublishedFiles(cacheFolder, System.getenv());
    try {
      return files.fetch(
          file, files.weights(file), (done, total) -> events.fetching(file, done, total));
    } catch (IOException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }

  @Override
  public void note(String text) {
    notes.add(text);
  }
}

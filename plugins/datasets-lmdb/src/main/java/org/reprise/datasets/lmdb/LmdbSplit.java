package org.reprise.datasets.lmdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.pickle.Globals;
import org.reprise.pickle.PickleReader;
import org.reprise.pickle.Tuple;
import org.reprise.support.ShardedDataset;

/**
 * One split: {@code __len__} holds a pickled int, {@code __keys__} a pickled list of keys, and each
 * of these a pickled tuple of an image file's bytes and the label.
 */
final class LmdbSplit implements ShardedDataset.Shard {
  private final LmdbFile file;
  private final int classes;
  private final List<byte[]> keys;

  private LmdbSplit(LmdbFile file, int classes) throws IOException {
    this.file = file;
    this.classes = classes;
    this.keys = keys();
  }

  /**
   * Opens a split.
   *
   * @param path a data file
   * @param classes labels must be below this
   */
  static LmdbSplit open(Path path, int classes) throws IOException {
    LmdbFile file = LmdbFile.open(path);
    try {
      return new LmdbSplit(file, classes);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private List<byte[]> keys() throws IOException {
    Object length = pickled("__len__");
    if (!(pickled("__keys__") instanceof List<?> list)) {
      throw new InvalidInputException(file.path() + ", key __keys__: not a pickled list");
    }
    if (!(length instanceof Long count) || count != list.size() || count > file.entries()) {
      throw new InvalidInputException(
          String.format(
              "%s: __len__ is %s and __keys__ lists %d keys of the file's %d entries",
              file.path(), length, list.size(), file.entries()));
    }
    if (list.isEmpty()) {
      throw new InvalidInputException(file.path() + ": no samples");
    }
    List<byte[]> keys = new ArrayList<>(list.size());
    for (Object key : list) {
      if (key instanceof byte[] bytes) {
        keys.add(bytes);
      } else if (key instanceof String text) {
        keys.add(text.getBytes(StandardCharsets.ISO_8859_1)); // Python 2's bytes
      } else {
        throw new InvalidInputException(
            file.path() + ", key __keys__: entry " + keys.size() + " is not a byte string");
      }
    }
    requireDistinct(keys);
    return keys;
  }

  // one sample that is listed a million times over would be read as often
  private void requireDistinct(List<byte[]> keys) {
    byte[][] sorted = keys.toArray(new byte[0][]);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    for (int i = 1; i < sorted.length; i++) {
      if (Arrays.equals(sorted[i - 1], sorted[i])) {
        throw new InvalidInputException(
            file.path()
                + ", key __keys__: lists "
                + shown(sorted[i])
                + " more than once; each key is one sample");
      }
    }
  }

  private Object pickled(String key) throws IOException {
    Optional<byte[]> value = file.get(key.getBytes(StandardCharsets.US_ASCII));
    if (value.isEmpty()) {
      List<String> databases = file.databases();
      throw new InvalidInputException(
          file.path()
              + ": no key "
              + key
              + "; expected __len__, __keys__ and a key for each sample in the unnamed database"
              + (databases.isEmpty()
                  ? ""
                  : "; the file is organised in named databases, which are not read: "
                      + String.join(", ", databases)));
    }
    return PickleReader.read(
        ByteBuffer.wrap(value.get()), file.path() + ", key " + key, Globals.NUMPY);
  }

  @Override
  public int size() {
    return keys.size();
  }

  /** Reads the whole sample: its label stands behind the image in one value. */
  @Override
  public int label(int index) throws IOException {
    return read(index).label();
  }

  @Override
  public EncodedSample read(int index) throws IOException {
    byte[] key = keys.get(index);
    String place = file.path() + ", sample " + index + " (key " + shown(key) + ")";
    byte[] value =
        file.get(key).orElseThrow(() -> new InvalidInputException(place + ": no such key"));
    Object sample = PickleReader.read(ByteBuffer.wrap(value), place, Globals.NUMPY);
    if (!(sample instanceof Tuple tuple)
        || tuple.size() < 2
        || !(tuple.get(0) instanceof byte[] image)
        || !(tuple.get(1) instanceof Long label)) {
      throw new InvalidInputException(
          place + ": expected a pickled tuple of an image file's bytes and a label");
    }
    if (label < 0 || label >= classes) {
      throw new InvalidInputException(
          place + ": label " + label + ", expected 0 to " + (classes - 1) + " as in split.json");
    }
    return new EncodedSample.File(image, label.intValue(), place);
  }

  private static String shown(byte[] key) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(key.length, 40); i++) {
      int c = key[i] & 0xff;
      text.append(c > ' ' && c < 127 ? String.valueOf((char) c) : String.format("\\x%02x", c));
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

package org.reprise.datasets.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.budget.Shown;
import org.reprise.pickle.Globals;
import org.reprise.pickle.NdArray;
import org.reprise.pickle.NdType;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.PickleReader;
import org.reprise.support.ClassNames;
import org.reprise.support.ExpectedTree;
import org.reprise.support.ShardedDataset;

/**
 * The Python versions of CIFAR-10 and CIFAR-100: each batch is a pickled dict with the array {@code
 * data} [N,3072] of bytes and a list of N labels. Batches are read when opened and kept in memory
 * (180 MB for the whole of either data set); nothing is kept open.
 */
final class CifarPickles {
  private static final Set<NdType> FLOATS =
      EnumSet.of(NdType.FLOAT16, NdType.FLOAT32, NdType.FLOAT64);
  private static final long LARGEST_FILE = 1L << 29; // the largest official file has 155 MB

  private CifarPickles() {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Batch(Path file, ByteBuffer pixels, int[] labels) implements ShardedDataset.Shard {
    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public int label(int image) {
      return labels[image];
    }

    @Override
    public EncodedSample read(int image) {
      return new EncodedSample.Pixels(
          CifarPixels.interleaved(pixels, image * CifarPixels.BYTES),
          CifarPixels.SIZE,
          labels[image],
          file + ", image " + image);
    }
  }

  static Dataset open(CifarLayout layout, SmallImageOptions options, DatasetContext context) {
    ExpectedTree tree = ExpectedTree.at(options.path(), layout.tree());
    String prefix =
        Files.isDirectory(options.path().resolve(layout.folder())) ? layout.folder() + "/" : "";
    List<Path> train = layout.train().stream().map(name -> tree.file(prefix + name)).toList();
    Path test = tree.file(prefix + layout.test());
    Path meta = tree.file(prefix + layout.meta());
    List<String> names = names(layout, meta);
    context.input(meta);
    return ShardedDataset.open(
        context,
        Map.of(Split.TRAIN, train, Split.TEST, List.of(test)),
        file -> batch(layout, file),
        () -> names,
        ImageSize.square(options.imageSize()));
  }

  private static List<String> names(CifarLayout layout, Path file) {
    List<String> names = new ArrayList<>();
    if (entry(dict(file), layout.namesKey(), file) instanceof List<?> list) {
      for (Object name : list) {
        if (name instanceof String text) {
          names.add(text);
        } else if (name instanceof byte[] bytes) { // written anew by Python 3
          names.add(new String(bytes, StandardCharsets.UTF_8));
        }
      }
      if (names.size() == list.size() && names.size() == layout.classes()) {
        return ClassNames.shown(names);
      }
    }
    throw new InvalidInputException(
        String.format(
            "%s: \"%s\" is not a list of %d class names",
            file, layout.namesKey(), layout.classes()));
  }

  private static Batch batch(CifarLayout layout, Path file) {
    Map<?, ?> dict = dict(file);
    if (!(entry(dict, "data", file) instanceof NdArray data)
        || data.type() != NdType.UINT8
        || data.shape().length != 2
        || data.shape()[1] != CifarPixels.BYTES
        || data.shape()[0] == 0) {
      throw new InvalidInputException(
          file + ": \"data\" is not an array of uint8 of shape [N, 3072] with at least one row");
    }
    int count = (int) data.shape()[0];
    List<?> written = labels(entry(dict, layout.labelsKey(), file), layout.labelsKey(), file);
    if (written.size() != count) {
      throw new InvalidInputException(
          String.format(
              "%s: \"%s\" has %d labels for %d images",
              file, layout.labelsKey(), written.size(), count));
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      long label = wholeNumber(written.get(i));
      if (label < 0 || label >= layout.classes()) {
        throw new InvalidInputException(
            String.format(
                "%s, image %d: label %s, expected a whole number from 0 to %d",
                file, i, shown(written.get(i)), layout.classes() - 1));
      }
      labels[i] = (int) label;
    }
    return new Batch(file, data.bytes(), labels);
  }

  /** A list, as the official files have it, or a vector of numpy, which may be a row or column. */
  private static List<?> labels(Object written, String key, Path file) {
    if (written instanceof List<?> list) {
      return list;
    }
    if (written instanceof NdArray array) {
      boolean isVector = Arrays.stream(array.shape()).filter(length -> length != 1).count() <= 1;
      if (array.type() != NdType.BOOL && array.shape().length > 0 && isVector) {
        return IntStream.range(0, array.size())
            .mapToObj(
                i ->
                    FLOATS.contains(array.type())
                        ? (Object) array.doubleAt(i)
                        : (Object) array.longAt(i))
            .toList();
      }
      throw new InvalidInputException(
          String.format(
              "%s: \"%s\" is a numpy array of %s of shape %s, expected whole numbers of shape [N]",
              file,
              key,
              array.type().toString().toLowerCase(Locale.ROOT),
              Arrays.toString(array.shape())));
    }
    throw new InvalidInputException(
        String.format(
            "%s: \"%s\" is neither a list nor a numpy array of numbers%s",
            file,
            key,
            written instanceof Opaque other ? " but an object of " + Shown.of(other.name()) : ""));
  }

  /** Returns the number that is meant, 2.0 too; -1 where it is none that a label may be. */
  private static long wholeNumber(Object value) {
    if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e6 ? number.longValue() : -1;
    }
    return value instanceof Long number ? number : -1;
  }

  private static String shown(Object value) {
    return value instanceof Number || value instanceof String
        ? Shown.of(value.toString())
        : "of another kind than whole numbers";
  }

  private static Map<?, ?> dict(Path file) {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
      long bytes = Files.size(file);
      if (bytes > LARGEST_FILE) {
        throw new InvalidInputException(
            file + ": " + bytes + " bytes; the files of CIFAR's Python version are smaller");
      }
      Globals globals = Globals.NUMPY.withOpaque(); // only two entries are needed
      Object read = PickleReader.read(stream, file.toString(), globals);
      if (read instanceof Map<?, ?> dict) {
        return dict;
      }
      throw new InvalidInputException(
          file
              + ": not a pickled dict"
              + (read instanceof Opaque other
                  ? " but what " + Shown.of(other.name()) + " is"
                  : ""));
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new InvalidInputException(
          message.contains(file.toString()) ? message : file + ": cannot be read: " + message, e);
    }
  }

  private static Object entry(Map<?, ?> dict, String key, Path file) {
    Object value = dict.get(key);
    if (value == null) {
      throw new InvalidInputException(
          String.format("%s: no entry \"%s\", found %s", file, key, abbreviated(dict)));
    }
    return value;
  }

  private static String abbreviated(Map<?, ?> dict) {
    List<String> keys =
        dict.keySet().stream().limit(8).map(key -> Shown.of(String.valueOf(key))).sorted().toList();
    return keys.isEmpty() ? "none" : String.join(", ", keys);
  }
}

package org.reprise.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.budget.Shown;
import org.reprise.pickle.Globals;
import org.reprise.pickle.Opaque;
import org.reprise.pickle.PickleException;
import org.reprise.pickle.PickleReader;

/** The files that torch.save and TorchScript write. */
final class TorchFiles {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_PROTOCOL = 1001;
  private static final int PICKLE_LIMIT = 1 << 27;
  private static final int BYTE_ORDER_LIMIT = 100;

  /** Where a legacy file's pickles are looked for; storages follow and may be of any size. */
  private static final int[] LEGACY_HEADS = {1 << 20, 1 << 24};

  private TorchFiles() {}

  static StateDict readZip(Path file, Budget budget) throws IOException {
    Map<String, Bytes> entries = ZipIndex.read(file, budget);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
            .min(Comparator.comparingInt(String::length))
            .orElseThrow(
                () ->
                    new WeightsException(
                        file + ": a zip archive without data.pkl, so not one of torch.save"));
    String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
    if (entries.containsKey(folder + "byteorder")
        && !byteOrder(entries.get(folder + "byteorder"), file).equals("little")) {
      throw new WeightsException(file + ": its numbers are big-endian; save it again on a PC");
    }
    String place = file + ", " + Shown.of(pickle);
    TorchGlobals globals = new TorchGlobals();
    ByteBuffer bytes = ByteBuffer.wrap(whole(entries.get(pickle), place, budget));
    Object root = PickleReader.read(bytes, place, globals.globals(), budget);
    Flattening flat =
        new Flattening(
            file.toString(), storage -> entries.get(folder + "data/" + storage.key()), budget);
    flat.add("", checked(root, file));
    WeightFormat format =
        entries.containsKey(folder + "constants.pkl")
            ? WeightFormat.TORCHSCRIPT
            : WeightFormat.TORCH_ZIP;
    return new StateDict(file, format, flat.tensors(), flat.values());
  }

  private static String byteOrder(Bytes bytes, Path file) throws IOException {
    if (bytes.length() > BYTE_ORDER_LIMIT) {
      throw new WeightsException(file + ": byteorder has " + bytes.length() + " bytes");
    }
    byte[] text = new byte[(int) bytes.length()];
    bytes.fill(ByteBuffer.wrap(text), 0);
    return new String(text, StandardCharsets.US_ASCII).strip();
  }

  private static byte[] whole(Bytes bytes, String place, Budget budget) throws IOException {
    if (bytes.length() > PICKLE_LIMIT) {
      throw new WeightsException(place + ": a pickle of " + bytes.length() + " bytes");
    }
    budget.charge(bytes.length());
    byte[] all = new byte[(int) bytes.length()];
    bytes.fill(ByteBuffer.wrap(all), 0);
    return all;
  }

  /** Returns what holds the tensors. */
  private static Object checked(Object root, Path file) throws WeightsException {
    if (root instanceof Opaque opaque) {
      throw new WeightsException(
          file
              + ": it holds an object of "
              + Shown.of(opaque.name())
              + " and no state dict; nothing of an object is read: save its state_dict()");
    }
    return root;
  }

  static StateDict readPickle(Path file, Budget budget) throws IOException {
    ByteRange all = new ByteRange(file, 0, Files.size(file));
    for (int limit : LEGACY_HEADS) {
      if (all.length() > limit) {
        try {
          return readPickle(file, all, limit, budget);
        } catch (PickleException e) {
          // perhaps the pickles are longer: the whole of them says what is wrong
        }
      }
    }
    return readPickle(file, all, (int) Math.min(all.length(), PICKLE_LIMIT), budget);
  }

  private static StateDict readPickle(Path file, ByteRange all, int headBytes, Budget budget)
      throws IOException {
    budget.charge(headBytes);
    byte[] head = new byte[headBytes];
    all.fill(ByteBuffer.wrap(head), 0);
    ByteBuffer bytes = ByteBuffer.wrap(head);
    String place = file.toString();
    Object first = PickleReader.read(bytes, place, Globals.NUMPY.withOpaque(), budget);
    if (!LEGACY_MAGIC.equals(first)) {
      Flattening flat = new Flattening(place, storage -> null, budget);
      flat.add("", checked(first, file));
      return new StateDict(file, WeightFormat.PICKLE, flat.tensors(), flat.values());
    }
    Object protocol = PickleReader.read(bytes, place, Globals.PLAIN, budget);
    if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
      throw new WeightsException(place + ": not protocol " + LEGACY_PROTOCOL + " of torch.save");
    }
    Object system = PickleReader.read(bytes, place, Globals.PLAIN, budget);
    if (system instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("little_endian"))) {
      throw new WeightsException(place + ": its numbers are big-endian; save it again on a PC");
    }
    TorchGlobals globals = new TorchGlobals();
    Object root = PickleReader.read(bytes, place, globals.globals(), budget);
    Object keys = PickleReader.read(bytes, place, Globals.PLAIN, budget);
    Map<String, Bytes> storages = storages(all, bytes.position(), keys, globals.storages());
    Flattening flat = new Flattening(place, storage -> storages.get(storage.key()), budget);
    flat.add("", checked(root, file));
    return new StateDict(file, WeightFormat.TORCH_LEGACY, flat.tensors(), flat.values());
  }

  // for each key, in this order: the number of elements in 8 bytes, then the elements
  private static Map<String, Bytes> storages(
      ByteRange file, long start, Object keys, Map<String, Storage> described) throws IOException {
    if (!(keys instanceof List<?> list)) {
      throw new WeightsException(file.file() + ": the list of storages is missing");
    }
    Map<String, Bytes> found = new HashMap<>();
    long at = start;
    for (Object key : list) {
      Storage storage = key instanceof String text ? described.get(text) : null;
      if (storage == null) {
        throw new WeightsException(
            file.file() + ": byte " + at + ": a storage that no tensor describes");
      }
      if (storage.type().bytes() == 0) {
        throw new WeightsException(
            file.file()
                + ": byte "
                + at
                + ": a storage of class "
                + Shown.of(storage.type().name())
                + ", whose size is not known");
      }
      long data = at + Long.BYTES;
      if (data > file.length() || storage.byteCount() > file.length() - data) {
        throw new WeightsException(
            file.file()
                + ": cut off: storage "
                + Shown.of(storage.key())
                + " of "
                + storage.byteCount()
                + " bytes begins at byte "
                + data
                + " of "
                + file.length());
      }
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.fill(count, at);
      if (count.getLong(0) != storage.elements()) {
        throw new WeightsException(
            file.file()
                + ": byte "
                + at
                + ": storage "
                + Shown.of(storage.key())
                + " has "
                + count.getLong(0)
                + " elements, "
                + storage.elements()
                + " were announced");
      }
      found.put(storage.key(), new ByteRange(file.file(), data, storage.byteCount()));
      at = data + storage.byteCount();
    }
    return found;
  }
}

package org.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.safetensors.Safetensors;

/**
 * A recorded mapping case: logits, labels and what the reference made of them. Sizes, smoothing and
 * k come from the file.
 */
public final class MappingFixture {
  private static final int TABLE_STEP_NOISE = 7919;
  private static final int TABLE_STEP_CLASS = 104729;

  private final String name;
  private final Safetensors file;
  private final Tensor logits;

  private MappingFixture(String name, Safetensors file) {
    this.name = name;
    this.file = file;
    this.logits = file.tensors().containsKey("logits") ? tensor("logits") : logitsFromTable();
  }

  /**
   * Reads a case; its tensors belong to the caller's scope.
   *
   * @param name e.g. {@code mapping_small}
   * @return the case, its logits rebuilt and checked where the file holds only how to make them
   */
  public static MappingFixture read(String name) {
    return new MappingFixture(name, Fixtures.read(name + ".safetensors"));
  }

  /**
   * Lists the complete cases: those in which the reference gives every matrix.
   *
   * @return names for {@link #read}
   */
  public static List<String> names() {
    return List.of(
        "mapping_small", "mapping_ties", "mapping_medium", "mapping_large", "mapping_xlarge");
  }

  /**
   * Returns KS.
   *
   * @return number of source labels
   */
  public int sourceLabels() {
    return Integer.parseInt(file.metadata().get("ks"));
  }

  /**
   * Returns KT.
   *
   * @return number of target labels
   */
  public int targetLabels() {
    return Integer.parseInt(file.metadata().get("kt"));
  }

  /**
   * Returns the logits.
   *
   * @return {@code [N,KS]} float32
   */
  public Tensor logits() {
    return logits;
  }

  /**
   * Returns the labels.
   *
   * @return {@code [N]} int64
   */
  public Tensor labels() {
    return tensor("y");
  }

  /**
   * Lists the file's tensors.
   *
   * @return names in the file's order
   */
  public List<String> tensorNames() {
    return List.copyOf(file.tensors().keySet());
  }

  /**
   * Returns a tensor as stored.
   *
   * @param tensor its name
   * @return the tensor
   */
  public Tensor tensor(String tensor) {
    try {
      return file.get(tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /**
   * Returns a {@code [KS,KT]} tensor that is stored whole or, as {@code NAME_nz}, by its entries at
   * {@code nz_index}.
   *
   * @param tensor its name, without {@code _nz}
   * @return the whole tensor; empty where the file has none of that name
   */
  public Optional<Tensor> dense(String tensor) {
    if (file.tensors().containsKey(tensor)) {
      return Optional.of(tensor(tensor));
    }
    if (!file.tensors().containsKey(tensor + "_nz")) {
      return Optional.empty();
    }
    double[] index = TensorAssertions.doubles(tensor("nz_index"));
    double[] values = TensorAssertions.doubles(tensor(tensor + "_nz"));
    double[] whole = new double[sourceLabels() * targetLabels()];
    for (int i = 0; i < values.length; i++) {
      whole[(int) (index[2 * i] * targetLabels() + index[2 * i + 1])] = values[i];
    }
    return Optional.of(Tensor.create(whole, sourceLabels(), targetLabels()));
  }

  /**
   * Lists the matrices the reference estimated in the ordinary way from {@link #logits} and {@link
   * #labels}.
   *
   * @return one entry for each {@code blm_lap*} and {@code blmp_lap*[_k*]}
   */
  public List<BayesianCase> bayesianCases() {
    return tensorNames().stream()
        .map(tensor -> tensor.replaceFirst("_nz$", ""))
        .map(tensor -> BayesianCase.parse(tensor, this))
        .flatMap(Optional::stream)
        .toList();
  }

  int storedK() {
    return (int) tensor("k").item_long();
  }

  private Tensor logitsFromTable() {
    float[] table =
        floats(
            TensorAssertions.doubles(
                Fixtures.read("noise_table.safetensors").tensors().get("noise_table")));
    double[] rowOffset = TensorAssertions.doubles(tensor("row_offset"));
    double[] classOffset = TensorAssertions.doubles(tensor("class_offset"));
    double[] labels = TensorAssertions.doubles(tensor("y"));
    int columns = sourceLabels();
    float[] values = new float[rowOffset.length * columns];
    for (int i = 0; i < rowOffset.length; i++) {
      long row = (long) rowOffset[i];
      long label = (long) classOffset[(int) labels[i]];
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] =
            table[(int) ((row + (long) TABLE_STEP_NOISE * j) % table.length)]
                + 2 * table[(int) ((label + (long) TABLE_STEP_CLASS * j) % table.length)];
      }
    }
    String found = sha256(values);
    if (!found.equals(file.metadata().get("logits_sha256"))) {
      throw new AssertionError(name + ": the logits made from the table have SHA-256 " + found);
    }
    return Tensor.create(values, rowOffset.length, columns);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static String sha256(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

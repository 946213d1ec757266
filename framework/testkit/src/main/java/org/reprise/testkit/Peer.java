package org.reprise.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.safetensors.Safetensors;

/**
 * What the published code of another method was recorded to do: a file of tensors with its settings
 * as JSON in the metadata, or one case or run of such a file, whose tensors begin with its name and
 * a dot. The files are resources of this module; {@code -Dreprise.peers=DIR} takes files of the
 * same names from another folder instead, which may hold other seeds and sizes: everything is to be
 * read from here.
 */
public final class Peer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Safetensors file;
  private final String prefix;
  private final JsonNode settings;

  private Peer(String name, Safetensors file, String prefix, JsonNode settings) {
    this.name = name;
    this.file = file;
    this.prefix = prefix;
    this.settings = settings;
  }

  /**
   * Reads a file.
   *
   * @param name without its ending, e.g. {@code lorvp}
   * @return the file, its tensors in the caller's scope
   */
  public static Peer read(String name) {
    Safetensors file = Fixtures.read(Fixtures.Kind.PEERS, name + ".safetensors");
    ObjectNode settings = JSON.createObjectNode();
    file.metadata().forEach((key, value) -> settings.set(key, parsed(value)));
    return new Peer(name, file, "", settings);
  }

  private static JsonNode parsed(String value) {
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(value); // plain text
    }
  }

  /**
   * Returns the cases of a file that lists them.
   *
   * @return each with its own settings and tensors, at least one
   */
  public List<Peer> cases() {
    List<String> names =
        StreamSupport.stream(
                ((Iterable<String>) () -> settings.path("cases").fieldNames()).spliterator(), false)
            .toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException(name + " lists no cases");
    }
    return names.stream().map(this::of).toList();
  }

  /**
   * Returns one case or run.
   *
   * @param part its name
   * @return its settings, and the tensors whose names begin with it
   */
  public Peer of(String part) {
    JsonNode own = settings.path("cases").path(part);
    return new Peer(
        name + " " + part,
        file,
        prefix + part + ".",
        own.isMissingNode() ? settings.path(part) : own);
  }

  /**
   * Tells whether there is a tensor.
   *
   * @param tensor its name within this case
   * @return whether {@link #get} returns it
   */
  public boolean has(String tensor) {
    return file.tensors().containsKey(prefix + tensor);
  }

  /**
   * Returns the names of tensors.
   *
   * @param start what they begin with within this case
   * @return the rest of each name, in the order of the file
   */
  public List<String> names(String start) {
    return file.tensors().keySet().stream()
        .filter(tensor -> tensor.startsWith(prefix + start))
        .map(tensor -> tensor.substring(prefix.length() + start.length()))
        .toList();
  }

  /**
   * Returns a tensor.
   *
   * @param tensor its name within this case
   * @return the tensor, of the scope that the file was read in; not to be modified
   */
  public Tensor get(String tensor) {
    try {
      return file.get(prefix + tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns stored pictures as a prompt gets them.
   *
   * @param tensor name of a uint8 tensor
   * @return float32 in [0,1]
   */
  public Tensor pictures(String tensor) {
    return get(tensor).to(ScalarType.Float).div(new Scalar(255.0f));
  }

  /**
   * Returns all settings.
   *
   * @return an object; what is not there is a missing node
   */
  public JsonNode settings() {
    return settings;
  }

  /**
   * Returns a whole number of the settings.
   *
   * @param key which
   * @return its value
   */
  public int number(String key) {
    JsonNode value = settings.path(key);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException(name + " has no whole number " + key);
    }
    return value.intValue();
  }

  /**
   * Returns a number of the settings.
   *
   * @param key which
   * @return its value
   */
  public double value(String key) {
    JsonNode value = settings.path(key);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(name + " has no number " + key);
    }
    return value.doubleValue();
  }

  @Override
  public String toString() {
    return name;
  }
}

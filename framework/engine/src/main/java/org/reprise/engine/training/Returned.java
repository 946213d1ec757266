package org.reprise.engine.training;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Trainable;

/**
 * Holds the tensors that prompts, backbones and mappers return against what the API asks of them,
 * at every batch: a few calls that cost microseconds. One of another shape could go on unnoticed,
 * and one cut from the graph would leave a prompt as it is.
 */
final class Returned {
  private Returned() {}

  /**
   * Checks a float32 tensor.
   *
   * @param from the object that returned it, named in the message by its class
   * @param method how it was asked
   * @param found what it returned
   * @param shape what the API asks for
   * @return {@code found}
   * @throws IllegalStateException if it is anything else
   */
  static Tensor float32(Object from, String method, Tensor found, long... shape) {
    return require(from, method, found, type(found) == ScalarType.Float, "Float", shape);
  }

  /** Checks a tensor in float32 or a dtype of autocast, likewise. */
  static Tensor floating(Object from, String method, Tensor found, long... shape) {
    ScalarType type = type(found);
    boolean right =
        type == ScalarType.Float || type == ScalarType.Half || type == ScalarType.BFloat16;
    return require(from, method, found, right, "Float, Half or BFloat16", shape);
  }

  private static ScalarType type(Tensor found) {
    return found == null || found.isNull() || !found.defined()
        ? ScalarType.Undefined
        : found.scalar_type().intern();
  }

  private static String describe(Tensor found) {
    if (found == null) {
      return "nothing";
    } else if (found.isNull()) {
      return "a tensor that was freed already (a PointerScope around a result frees it)";
    } else if (!found.defined()) {
      return "an undefined tensor";
    }
    return (found.is_sparse() ? "sparse " : "")
        + type(found)
        + " "
        + Arrays.toString(found.shape());
  }

  private static Tensor require(
      Object from, String method, Tensor found, boolean type, String types, long... shape) {
    if (!type || !hasShape(found, shape) || found.is_sparse()) {
      throw new IllegalStateException(
          name(from, method)
              + " returned "
              + describe(found)
              + ", expected "
              + types
              + " "
              + Arrays.toString(shape));
    }
    return found;
  }

  /**
   * Checks that a result has content where what it was made of has.
   *
   * @param given what the object was asked about
   * @throws IllegalStateException if it is on device {@code meta} alone
   */
  static void filled(Object from, String method, Tensor found, Tensor given) {
    if (found.is_meta() && !given.is_meta()) {
      throw new IllegalStateException(
          name(from, method) + " returned a tensor without content (on device meta)");
    }
  }

  private static boolean hasShape(Tensor found, long... shape) {
    if (found.dim() != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (found.size(i) != shape[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that a result is part of the graph.
   *
   * @param learned whether it depends on what is trained
   * @throws IllegalStateException if it does and requires no gradient
   */
  static void attached(Object from, String method, Tensor found, boolean learned) {
    attached(from, method, found.requires_grad(), learned);
  }

  /**
   * Checks that a result is part of the graph.
   *
   * @param attached whether it is
   * @param learned whether it depends on what is trained
   * @throws IllegalStateException if it does and is not
   */
  static void attached(Object from, String method, boolean attached, boolean learned) {
    if (learned && !attached) {
      throw new IllegalStateException(
          name(from, method) + " cut its result from the graph: nothing before it would learn");
    }
  }

  /** Tells whether an object has something to train. */
  static boolean learns(Object object) {
    return object instanceof Trainable trainable
        && trainable.parameters().stream().anyMatch(group -> !group.tensors().isEmpty());
  }

  private static String name(Object from, String method) {
    return from.getClass().getName() + "." + method + "()";
  }
}

package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of a convolutional network with its geometry. Values are numbered: 0 is the network's
 * input, {@code i + 1} the result of operation {@code i}. All maps are {@code
 * [N,channels,height,width]}.
 */
public sealed interface Operation {

  /**
   * Returns what the operation reads.
   *
   * @return numbers of earlier values
   */
  List<Integer> inputs();

  /**
   * Returns the parameters of the operation.
   *
   * @return names and shapes; empty for one without weights
   */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Returns which pixels of its inputs a pixel of its result depends on.
   *
   * @return geometry that is the same everywhere; empty if every result depends on all pixels
   */
  default Optional<Reach> reach() {
    return Optional.empty();
  }

  /**
   * Calls the visitor's method for this kind of operation.
   *
   * @param visitor what to do with it
   * @param <T> what it results in
   * @return what the method returned
   */
  <T> T accept(Visitor<T> visitor);

  /**
   * Something done with each kind of operation.
   *
   * @param <T> what it results in
   */
  interface Visitor<T> {
    /** A convolution. */
    T convolution(Convolution operation);

    /** A factor and a shift per channel. */
    T scaleAndShift(ScaleAndShift operation);

    /** A residual sum. */
    T add(Add operation);

    /** A largest value per window. */
    T maxPool(MaxPool operation);

    /** A mean per window. */
    T averagePool(AveragePool operation);

    /** Every n-th pixel, zero channels added. */
    T subsample(Subsample operation);

    /** The mean over each map. */
    T globalMean(GlobalMean operation);

    /** The last matrix product. */
    T linear(Linear operation);

    /** Attention from the mean over all places. */
    T attentionPool(AttentionPool operation);
  }

  /**
   * Convolution, then batch-norm (running statistics, epsilon 1e-5) where {@code norm} names one,
   * then the activation. It has a bias of its own where there is no batch-norm.
   *
   * @param input number of the value read
   * @param name prefix of {@code .weight} and {@code .bias}
   * @param norm prefix of the batch-norm's parameters
   * @param in channels read
   * @param out channels made
   * @param kernel height and width of the kernel
   * @param stride vertical and horizontal
   * @param padding zeros around the input
   * @param groups groups of channels
   * @param activation what follows
   */
  record Convolution(
      int input,
      String name,
      Optional<String> norm,
      int in,
      int out,
      int kernel,
      int stride,
      Padding padding,
      int groups,
      Activation activation)
      implements Operation {

    /** Checks that groups divide channels. */
    public Convolution {
      if (in % groups != 0 || out % groups != 0) {
        throw new IllegalArgumentException(
            name + ": " + groups + " groups do not divide " + in + " and " + out + " channels");
      }
    }

    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    /** Returns the kernel's name and shape, {@code [out, in/groups, kernel, kernel]}. */
    public Parameter weight() {
      return Parameter.of(name + ".weight", out, in / groups, kernel, kernel);
    }

    /** Returns the bias of a convolution without batch-norm, {@code [out]}. */
    public Parameter bias() {
      return Parameter.of(name + ".bias", out);
    }

    /** Returns one of the batch-norm's parameters: weight, bias, running_mean or running_var. */
    public Parameter norm(String part) {
      return Parameter.of(norm.orElseThrow() + "." + part, out);
    }

    @Override
    public List<Parameter> parameters() {
      return norm.isPresent()
          ? List.of(
              weight(), norm("weight"), norm("bias"), norm("running_mean"), norm("running_var"))
          : List.of(weight(), bias());
    }

    /** Returns the same convolution with its batch-norm folded into weight and bias. */
    Convolution folded() {
      return new Convolution(
          input, name, Optional.empty(), in, out, kernel, stride, padding, groups, activation);
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(new Reach(kernel, stride, padding));
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.convolution(this);
    }
  }

  /**
   * {@code x * scale + shift}.
   *
   * @param input number of the value read
   * @param scale name of the factors, {@code [1,channels,1,1]}
   * @param shift name of the summands, {@code [1,channels,1,1]}
   * @param channels of the map
   */
  record ScaleAndShift(int input, String scale, String shift, int channels) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          Parameter.of(scale, 1, channels, 1, 1), Parameter.of(shift, 1, channels, 1, 1));
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(Reach.PIXEL);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.scaleAndShift(this);
    }
  }

  /**
   * The sum of two maps of one shape, then the activation.
   *
   * @param left number of a value
   * @param right number of another
   * @param activation what follows
   */
  record Add(int left, int right, Activation activation) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(left, right);
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(Reach.PIXEL);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.add(this);
    }
  }

  /**
   * The largest value of each window.
   *
   * @param input number of the value read
   * @param kernel height and width of the window
   * @param stride vertical and horizontal
   * @param padding on all sides, never the largest
   */
  record MaxPool(int input, int kernel, int stride, int padding) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(new Reach(kernel, stride, Padding.all(padding)));
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.maxPool(this);
    }
  }

  /**
   * The mean of each window; windows lie side by side, and what is left at the right and bottom is
   * not read.
   *
   * @param input number of the value read
   * @param size height and width of the window
   */
  record AveragePool(int input, int size) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(new Reach(size, size, Padding.all(0)));
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.averagePool(this);
    }
  }

  /**
   * Every {@code stride}-th pixel of every {@code stride}-th row, with channels of zeros before and
   * after (He et al. 2016, shortcut option A).
   *
   * @param input number of the value read
   * @param stride step
   * @param before channels of zeros in front
   * @param after channels of zeros behind
   */
  record Subsample(int input, int stride, int before, int after) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Optional<Reach> reach() {
      return Optional.of(new Reach(1, stride, Padding.all(0)));
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.subsample(this);
    }
  }

  /**
   * The mean of each map: {@code [N,C,H,W]} to {@code [N,C]}.
   *
   * @param input number of the value read
   */
  record GlobalMean(int input) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.globalMean(this);
    }
  }

  /**
   * {@code x · weightᵀ + bias}: {@code [N,in]} to {@code [N,out]}.
   *
   * @param input number of the value read
   * @param name prefix of {@code .weight} and {@code .bias}
   * @param in features read
   * @param out features made
   */
  record Linear(int input, String name, int in, int out) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    /** Returns the matrix, {@code [out,in]}. */
    public Parameter weight() {
      return Parameter.of(name + ".weight", out, in);
    }

    /** Returns the bias, {@code [out]}. */
    public Parameter bias() {
      return Parameter.of(name + ".bias", out);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(weight(), bias());
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.linear(this);
    }
  }

  /**
   * Attention pooling (Radford et al. 2021): the mean over all places asks, the mean and all places
   * answer, {@code [N,channels,H,W]} to {@code [N,out]}.
   *
   * @param input number of the value read
   * @param name prefix of the parameters
   * @param channels of the maps
   * @param places pixels of a map
   * @param heads that the channels are divided into
   * @param out features made
   */
  record AttentionPool(int input, String name, int channels, int places, int heads, int out)
      implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    /** Returns what is added to the mean and to each place, {@code [places + 1, channels]}. */
    public Parameter positions() {
      return Parameter.of(name + ".positional_embedding", places + 1L, channels);
    }

    /** Returns the weight of a product: q_proj, k_proj, v_proj or c_proj. */
    public Parameter weight(String product) {
      return Parameter.of(name + "." + product + ".weight", rows(product), channels);
    }

    /** Returns the bias of a product: q_proj, k_proj, v_proj or c_proj. */
    public Parameter bias(String product) {
      return Parameter.of(name + "." + product + ".bias", rows(product));
    }

    private long rows(String product) {
      return product.equals("c_proj") ? out : channels;
    }

    @Override
    public List<Parameter> parameters() {
      List<Parameter> all = new ArrayList<>(List.of(positions()));
      for (String product : List.of("q_proj", "k_proj", "v_proj", "c_proj")) {
        all.add(weight(product));
        all.add(bias(product));
      }
      return List.copyOf(all);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.attentionPool(this);
    }
  }
}

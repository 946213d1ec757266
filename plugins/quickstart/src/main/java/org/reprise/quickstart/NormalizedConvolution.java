package org.reprise.quickstart;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.reprise.networks.Operation.Convolution;

/**
 * A convolution as it is trained: without bias, followed by batch normalisation.
 *
 * @param layer shapes and stride
 * @param weight [outputs,inputs,3,3], trained
 * @param scale [outputs], trained
 * @param shift [outputs], trained
 * @param mean [outputs], running mean
 * @param variance [outputs], running variance
 */
record NormalizedConvolution(
    Convolution layer, Tensor weight, Tensor scale, Tensor shift, Tensor mean, Tensor variance) {
  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;
  private static final long[] ONE = {1, 1};

  /**
   * Draws a fresh layer (He's normal initialisation) from libtorch's generator.
   *
   * @param layer shapes and stride
   * @return the layer; its tensors belong to the caller's scope
   */
  static NormalizedConvolution random(Convolution layer) {
    long outputs = layer.out();
    long[] shape = {outputs, layer.in(), layer.kernel(), layer.kernel()};
    Tensor weight = torch.randn(shape).mul_(new Scalar(Math.sqrt(2.0 / (9 * layer.in()))));
    return new NormalizedConvolution(
        layer,
        weight.set_requires_grad(true),
        torch.ones(outputs).set_requires_grad(true),
        torch.zeros(outputs).set_requires_grad(true),
        torch.zeros(outputs),
        torch.ones(outputs));
  }

  List<Tensor> parameters() {
    return List.of(weight, scale, shift);
  }

  /**
   * Runs the layer on a training batch and updates the running statistics.
   *
   * @param x [N,inputs,h,w]
   * @return [N,outputs,h/stride,w/stride], rectified
   */
  Tensor train(Tensor x) {
    long[] stride = {layer.stride(), layer.stride()};
    Tensor normalized =
        torch.batch_norm(
            torch.conv2d(x, weight, new TensorOptional(), stride, ONE, ONE, 1),
            new TensorOptional(scale),
            new TensorOptional(shift),
            new TensorOptional(mean),
            new TensorOptional(variance),
            true,
            MOMENTUM,
            EPSILON,
            false);
    return torch.relu_(normalized);
  }

  /**
   * Folds the normalisation into the convolution.
   *
   * @param tensors receives weight and bias
   */
  void fold(Map<String, Tensor> tensors) {
    Tensor factor = scale.detach().div(variance.add(new Scalar(EPSILON)).sqrt());
    tensors.put(layer.weight().name(), weight.detach().mul(factor.view(-1, 1, 1, 1)).contiguous());
    tensors.put(layer.bias().name(), shift.detach().sub(mean.mul(factor)));
  }
}

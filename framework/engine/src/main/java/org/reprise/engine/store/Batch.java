package org.reprise.engine.store;

import org.bytedeco.pytorch.Tensor;

/**
 * Samples that go through the network together. Both tensors belong to the scope of whoever asked
 * for the batch, are on the run's device, and may be modified.
 *
 * @param images {@code [B,3,h,w]} float32 in [0,1], RGB, channels-last in memory
 * @param labels {@code [B]} int64 in [0, KT)
 */
public record Batch(Tensor images, Tensor labels) {}

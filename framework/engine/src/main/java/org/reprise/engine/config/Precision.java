package org.reprise.engine.config;

/**
 * Precision of the network in training. Mapping, loss, evidence passes and evaluation are in
 * float32 always.
 */
public enum Precision {
  /** bf16 on CUDA, fp32 on CPUs. */
  AUTO,
  /** float32. */
  FP32,
  /** bfloat16 autocast. */
  BF16,
  /** float16 autocast with loss scaling. */
  FP16
}

package org.reprise.kernels;

/** The variants of the CPU kernels, slowest first. */
public enum InstructionSet {
  /** Plain C++, vectorised by the compiler for the platform's base. */
  PORTABLE(1),
  /** x86-64 with AVX2, FMA and F16C. */
  AVX2(2),
  /** x86-64 with AVX-512 F, BW, DQ and VL. */
  AVX512(3),
  /** The same with VBMI2. */
  AVX512_VBMI2(4);

  private final int code;

  InstructionSet(int code) {
    this.code = code;
  }

  /** The reprise_isa of this variant. */
  int code() {
    return code;
  }

  static InstructionSet of(int code) {
    for (InstructionSet set : values()) {
      if (set.code == code) {
        return set;
      }
    }
    throw new IllegalArgumentException("unknown instruction set code " + code);
  }
}

package org.reprise.kernels;

import org.bytedeco.javacpp.Pointer;

/** An address without a length, as a tensor's data pointer is. */
final class RawPointer extends Pointer {
  RawPointer(long address) {
    this.address = address;
  }
}

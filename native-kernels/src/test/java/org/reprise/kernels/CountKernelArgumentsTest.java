package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Nothing that does not fit may reach native code. */
class CountKernelArgumentsTest {
  private final FloatPointer floats = new FloatPointer(12);
  private final LongPointer longs = new LongPointer(12);
  private final LongPointer status = new LongPointer(CountStatus.cleared());
  private final Pointer raw = new RawPointer(floats.address());

  @Test
  void rejectsShapesThatMakeNoSense() {
    rejects("rows >= 0", () -> new Logits(floats, ElementType.FLOAT32, -1, 4, 4));
    rejects("source labels", () -> new Logits(floats, ElementType.FLOAT32, 3, 0, 4));
    rejects("source labels", () -> new Logits(floats, ElementType.FLOAT32, 3, Long.MAX_VALUE, 4));
    rejects("row stride", () -> new Logits(floats, ElementType.FLOAT32, 3, 4, -4));
    rejects("element type", () -> new Logits(floats, null, 3, 4, 4));
    rejects("target labels", () -> new Counts(longs, 4, 0, status, Counts.UNKNOWN));
    rejects("source labels", () -> new Counts(longs, 0, 3, status, Counts.UNKNOWN));
    rejects("or unknown", () -> new Counts(longs, 4, 3, status, -2));
    rejects("rows >= 0", () -> new Labels(longs, -3));
  }

  @Test
  void rejectsSizesThatWrap() {
    rejects("too large", () -> new Logits(raw, ElementType.FLOAT32, Long.MAX_VALUE, 4, 4));
    rejects("too large", () -> new Logits(raw, ElementType.FLOAT32, 1L << 40, 4, 1L << 40));
    rejects("too large", () -> new Logits(raw, ElementType.FLOAT32, 1L << 61, 4, 2));
    rejects("address space", () -> new Logits(raw, ElementType.FLOAT16, (1L << 60) - 8, 4, 4));
    rejects("too large", () -> new Counts(raw, 1 << 20, 1L << 50, status, Counts.UNKNOWN));
    rejects("too large", () -> new Labels(raw, 1L << 62));
  }

  @Test
  void rejectsAddressesThatCannotHoldTheShape() {
    rejects("need an address", () -> new Logits(null, ElementType.FLOAT32, 3, 4, 4));
    rejects("need an address", () -> new Labels(new FloatPointer(), 3));
    FloatPointer closed = new FloatPointer(12);
    closed.close();
    rejects("need an address", () -> new Logits(closed, ElementType.FLOAT32, 3, 4, 4));
    rejects("need an address", () -> new Counts(closed, 4, 3, status, Counts.UNKNOWN));
    rejects("need an address", () -> new Counts(longs, 4, 3, closed, Counts.UNKNOWN));
    rejects(
        "offers 48", () -> new Counts(floats, 4, 3, status, Counts.UNKNOWN)); // float32, not int64
    rejects(
        "64 bytes, but the pointer offers 48",
        () -> new Logits(floats, ElementType.FLOAT32, 4, 4, 4));
    rejects("offers 44", () -> new Logits(at(1), ElementType.FLOAT32, 3, 4, 4));
    rejects("104 bytes", () -> new Labels(longs, 13));
    rejects("120 bytes", () -> new Counts(longs, 5, 3, status, Counts.UNKNOWN));
    rejects("offers 8", () -> new Counts(longs, 4, 3, new LongPointer(1), Counts.UNKNOWN));
    rejects("not aligned", () -> new Labels(new RawPointer(longs.address() + 4), 3));
    rejects(
        "not aligned",
        () -> new Logits(new RawPointer(floats.address() + 2), ElementType.FLOAT32, 1, 4, 4));
  }

  @Test
  void acceptsOddButHarmlessShapes() {
    assertThatCode(
            () -> {
              var unused =
                  new Logits(at(1), ElementType.FLOAT32, 2, 4, 7); // no stride after the last row
              unused = new Logits(at(8), ElementType.FLOAT32, 1000, 4, 0); // an expanded tensor
              unused = new Logits(null, ElementType.FLOAT32, 0, 4, 4);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void rejectsPartsThatDoNotFitEachOther() {
    assumeTrue(KernelLibrary.isAvailable(), KernelLibrary::cpuStatus);
    CountKernel kernel = KernelLibrary.cpu(1);
    Logits logits = new Logits(floats, ElementType.FLOAT32, 3, 4, 4);
    Labels labels = new Labels(longs, 3);
    Counts counts = new Counts(longs, 4, 3, status, Counts.UNKNOWN);
    rejects("labels", () -> kernel.addArgmax(logits, new Labels(longs, 2), 0, counts));
    rejects(
        "fit counts",
        () -> kernel.addArgmax(logits, labels, 0, new Counts(longs, 3, 4, status, Counts.UNKNOWN)));
    rejects("k must be", () -> kernel.addTopK(logits, labels, 0, 0, counts));
    rejects("k must be", () -> kernel.addTopK(logits, labels, 5, 0, counts));
    rejects("first row", () -> kernel.addTopK(logits, labels, 1, -1, counts));
    rejects("first row", () -> kernel.addArgmax(logits, labels, Long.MAX_VALUE, counts));
    rejects("threads", () -> KernelLibrary.cpu(-1));
    rejects("threads", () -> KernelLibrary.read(floats, 48, -1));
    rejects("bytes must be", () -> KernelLibrary.read(floats, -1, 1));
    rejects("offers 48", () -> KernelLibrary.read(floats, 52, 1));
    rejects("5 numbers", () -> CountStatus.of(new long[4]));
  }

  private FloatPointer at(long position) {
    return new FloatPointer(floats).position(position);
  }

  private static void rejects(String words, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(words);
  }
}

package org.reprise.engine.store;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.cuda.CUDAEvent;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.cuda.CUDAStreamGuard;
import org.bytedeco.pytorch.global.torch_cuda;

/** Copies to a GPU on a stream of their own, beside libtorch's current one. */
final class CudaCopies implements CopyQueue {
  private final byte device;
  private final Kept<CUDAStream> copies;

  CudaCopies(byte device) {
    this.device = device;
    this.copies = new Kept<>(torch_cuda.getStreamFromPool(false, device));
  }

  /** A native object that outlives the scope it was made in. */
  private static final class Kept<P extends Pointer> implements AutoCloseable {
    private final P pointer;
    private boolean closed;

    Kept(P pointer) {
      pointer.retainReference();
      this.pointer = pointer;
    }

    P get() {
      return pointer;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        pointer.releaseReference();
      }
    }
  }

  @Override
  public void copy(Tensor from, Tensor to) {
    try (PointerScope scope = new PointerScope();
        CUDAStreamGuard guard = new CUDAStreamGuard(copies.get().unwrap())) {
      to.copy_(from, true);
    }
  }

  @Override
  public DeviceEvent event() {
    return new CudaEvent();
  }

  private final class CudaEvent implements DeviceEvent {
    private final Kept<CUDAEvent> event = new Kept<>(new CUDAEvent());

    @Override
    public void afterCopies() {
      event.get().record(copies.get());
    }

    @Override
    public void afterComputing() {
      try (CUDAStream computing = torch_cuda.getCurrentCUDAStream(device)) {
        event.get().record(computing);
      }
    }

    @Override
    public void holdCopies() {
      event.get().block(copies.get());
    }

    @Override
    public void holdComputing() {
      try (CUDAStream computing = torch_cuda.getCurrentCUDAStream(device)) {
        event.get().block(computing);
      }
    }

    @Override
    public void await() {
      event.get().synchronize();
    }

    @Override
    public void close() {
      event.close();
    }
  }

  @Override
  public void close() {
    copies.close();
  }
}

package org.reprise.engine.device;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.cuda.CUDAStreamGuard;
import org.bytedeco.pytorch.global.torch_cuda;
import org.reprise.kernels.GraphLibrary;
import org.reprise.kernels.NativeGraph;

/** A CUDA graph, by libtorch's own: what is recorded allocates from a pool that lives with it. */
final class CudaGraph implements DeviceGraph {
  private final int device;
  private NativeGraph graph;

  CudaGraph(int device) {
    this.device = device;
  }

  @Override
  public void record(Runnable work) {
    NativeGraph made = GraphLibrary.newGraph();
    try (PointerScope scope = new PointerScope()) {
      // the default stream cannot be recorded; what was asked of it is done first
      torch_cuda.getCurrentCUDAStream((byte) device).synchronize();
      CUDAStream side = torch_cuda.getStreamFromPool(false, (byte) device);
      try (CUDAStreamGuard guard = new CUDAStreamGuard(side.unwrap())) {
        made.begin();
        try {
          work.run();
        } catch (RuntimeException | Error e) {
          made.abandon();
          throw e;
        }
        made.end();
      }
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
    graph = made;
  }

  @Override
  public void replay() {
    graph.replay();
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
  }
}

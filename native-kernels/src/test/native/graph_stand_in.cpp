// Stands in for libtorch's CUDA library: a class of the same name and signatures that only checks how it is called.
#include <stdexcept>
#include <utility>

enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal = 0, cudaStreamCaptureModeThreadLocal = 1 };

namespace at {
namespace cuda {

struct __attribute__((visibility("default"))) CUDAGraph {
  explicit CUDAGraph(bool keep);
  ~CUDAGraph();
  void capture_begin(std::pair<unsigned long long, unsigned long long> pool, cudaStreamCaptureMode mode);
  void capture_end();
  void replay();

  char unknown[3000]; // libtorch's is smaller
  bool recording;
  bool recorded;
  int replays;
};

static int living = 0;

CUDAGraph::CUDAGraph(bool keep) : recording(false), recorded(false), replays(0) {
  if (keep) throw std::runtime_error("keep");
  if (++living > 1) throw std::runtime_error("another graph was not freed");
}

CUDAGraph::~CUDAGraph() { living--; }

void CUDAGraph::capture_begin(std::pair<unsigned long long, unsigned long long> pool, cudaStreamCaptureMode mode) {
  if (pool.first != 0 || pool.second != 0) throw std::runtime_error("pool");
  if (mode != cudaStreamCaptureModeThreadLocal) throw std::runtime_error("mode");
  if (recording) throw std::runtime_error("recording already\nsecond line");
  recording = true;
}

void CUDAGraph::capture_end() {
  if (!recording) throw std::logic_error("not recording");
  recording = false;
  recorded = true;
}

void CUDAGraph::replay() {
  if (!recorded) throw 1;
  if (++replays > 2) throw std::runtime_error("the third replay");
}

} // namespace cuda
} // namespace at

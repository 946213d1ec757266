// Counting on a CUDA device. A team of threads (a warp, or a block where rows are long) takes a row; teams stride over
// the rows. Nothing is allocated, nothing waits, everything runs on the caller's stream.
//
//   nvcc -O3 -std=c++17 -cudart static -shared -Xcompiler -fPIC -o libreprise_cuda.so joint_cuda.cu
#include "argmax.cuh"
#include "top_k.cuh"

namespace {

// Longest row that a warp takes alone. The choice must depend on the shape of a row only, never on how many rows there
// are: the order in which a row's exponentials are summed follows from it.
constexpr int kWarpSources = 8192;
constexpr int kLongTeam = 256;

// Candidates a team can hold in shared memory. More (ties, large k) take the slow way over the row itself.
constexpr int kWarpList = 512;
constexpr int kLongList = 1024;

int cuda_error(cudaError_t e) { return e == cudaSuccess ? REPRISE_OK : REPRISE_CUDA_ERROR - static_cast<int>(e); }

// Blocks so that every multiprocessor is busy and each team takes several rows, whose additions it can combine.
template <int TEAM, class Kernel> cudaError_t launch(Kernel kernel, const Args& a, int device, cudaStream_t stream) {
  int processors = 0;
  const cudaError_t e = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  if (e != cudaSuccess) return e;
  // A short batch spreads over the device in small blocks; warps of a block share nothing.
  int threads = TEAM > 256 ? TEAM : 256;
  while (threads > TEAM && (a.rows + threads / TEAM - 1) / (threads / TEAM) < processors) threads /= 2;
  const int64_t wanted = (a.rows + threads / TEAM - 1) / (threads / TEAM);
  const int64_t most = static_cast<int64_t>(processors) * (2048 / threads);
  CUDA_LAUNCH(kernel, static_cast<unsigned>(wanted < most ? wanted : most), static_cast<unsigned>(threads), stream, a);
  return cudaGetLastError();
}

template <class T> cudaError_t launch_for(const Args& a, int device, cudaStream_t stream) {
  const bool warp = a.sources <= kWarpSources;
  if (a.k == 0) {
    return warp ? launch<kWarp>(argmax_kernel<T, kWarp>, a, device, stream)
                : launch<kLongTeam>(argmax_kernel<T, kLongTeam>, a, device, stream);
  }
  return warp ? launch<kWarp>(top_k_kernel<T, kWarp, kWarpList>, a, device, stream)
              : launch<kLongTeam>(top_k_kernel<T, kLongTeam, kLongList>, a, device, stream);
}

} // namespace

extern "C" int reprise_joint_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                      const int64_t* labels, int64_t targets, int64_t k, int64_t* counts,
                                      int64_t* status, int64_t first_row, int device, void* stream) {
  if (dtype < REPRISE_FLOAT32 || dtype > REPRISE_BFLOAT16 || rows < 0 || sources < 1 || sources > INT32_MAX / 2 ||
      targets < 1 || k < 0 || k > sources || row_stride < 0 || counts == nullptr || status == nullptr) {
    return REPRISE_BAD_ARGUMENT;
  }
  if (rows == 0) return REPRISE_OK;
  if (logits == nullptr || labels == nullptr) return REPRISE_BAD_ARGUMENT;
  const Args a = {logits,  rows, sources, row_stride, labels, targets, k, reinterpret_cast<Cell*>(counts),
                  reinterpret_cast<long long*>(status), first_row};
  int previous = device;
  cudaError_t e = cudaGetDevice(&previous);
  if (e == cudaSuccess && previous != device) e = cudaSetDevice(device);
  if (e != cudaSuccess) return cuda_error(e);
  const cudaStream_t s = static_cast<cudaStream_t>(stream);
  switch (dtype) {
  case REPRISE_FLOAT32:
    e = launch_for<float>(a, device, s);
    break;
  case REPRISE_FLOAT16:
    e = launch_for<Half>(a, device, s);
    break;
  default:
    e = launch_for<Brain>(a, device, s);
  }
  if (previous != device) {
    const cudaError_t back = cudaSetDevice(previous);
    if (e == cudaSuccess) e = back;
  }
  return cuda_error(e);
}

extern "C" int reprise_joint_cuda_device_count(void) {
  int n = 0;
  const cudaError_t e = cudaGetDeviceCount(&n);
  return e == cudaSuccess ? n : cuda_error(e);
}

extern "C" const char* reprise_joint_cuda_message(int error) {
  if (error == REPRISE_BAD_ARGUMENT) return "an argument is out of range";
  const cudaError_t e = static_cast<cudaError_t>(REPRISE_CUDA_ERROR - error);
  // The run-time library calls a driver that is missing one that is too old.
  int driver = 0;
  if (e == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0)
    return "there is no CUDA driver";
  return cudaGetErrorString(e);
}

// Counting on a CUDA device. A team of threads (a warp, or a block where rows are long) takes a row; teams stride over
// the rows. Nothing is allocated, nothing waits, everything runs on the caller's stream.
//
//   nvcc -O3 -std=c++17 -cudart static -shared -Xcompiler -fPIC -o libreprise_cuda.so joint_cuda.cu
#include <algorithm>
#include <atomic>

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

constexpr int kMostThreads = 256; // of a block

// How many blocks of a kernel the device can hold at a time; asked for once a device.
template <class Kernel> cudaError_t resident_blocks(Kernel kernel, int device, int64_t& blocks) {
  constexpr int kRemembered = 64; // devices
  static std::atomic<int64_t> known[kRemembered];
  blocks = device < kRemembered ? known[device].load(std::memory_order_relaxed) : 0;
  if (blocks > 0) return cudaSuccess;
  int processors = 0, of_one = 0;
  cudaError_t e = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  if (e == cudaSuccess) e = cudaOccupancyMaxActiveBlocksPerMultiprocessor(&of_one, kernel, kMostThreads, 0);
  if (e != cudaSuccess) return e;
  blocks = static_cast<int64_t>(processors) * of_one;
  if (device < kRemembered) known[device].store(blocks, std::memory_order_relaxed);
  return cudaSuccess;
}

// No more blocks than the device holds: each team takes several rows, whose additions it can combine and of which one
// tells something of the next. A short batch spreads over the device in small blocks; warps of a block share nothing.
template <int TEAM, class Kernel> cudaError_t launch(Kernel kernel, const Args& a, int device, cudaStream_t stream) {
  int64_t resident = 0;
  const cudaError_t e = resident_blocks(kernel, device, resident);
  if (e != cudaSuccess) return e;
  static_assert(TEAM <= kMostThreads, "a team is of one block");
  int threads = kMostThreads;
  const auto wanted = [&] { return (a.rows + threads / TEAM - 1) / (threads / TEAM); };
  while (threads > TEAM && wanted() < resident) threads /= 2;
  return launch_kernel(kernel, static_cast<unsigned>(std::min(wanted(), resident)), static_cast<unsigned>(threads),
                       stream, a);
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

// Whether the device is the calling thread's current one. It is not made so here and then another again: that would make a
// context, some hundred megabytes, on a device that the run does not use.
int check_current(int device) {
  int current = 0;
  const cudaError_t e = cudaGetDevice(&current);
  return e != cudaSuccess ? cuda_error(e) : current == device ? REPRISE_OK : REPRISE_OTHER_DEVICE;
}

// Whether no cell can exceed its number, which holds at most `held` whole samples before a call.
bool cells_fit(int64_t held, int64_t rows, int64_t k) {
  const int64_t most = k == 0 ? INT64_MAX : (int64_t{1} << (63 - REPRISE_FRACTION_BITS)) - 1;
  return held >= 0 && held <= most && rows <= most - held;
}

} // namespace

extern "C" int reprise_joint_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                      const int64_t* labels, int64_t targets, int64_t k, int64_t* counts,
                                      int64_t* status, int64_t first_row, int64_t held, int device, void* stream) {
  if (dtype < REPRISE_FLOAT32 || dtype > REPRISE_BFLOAT16 || rows < 0 || sources < 1 || sources > REPRISE_MOST_SOURCES ||
      targets < 1 || k < 0 || k > sources || row_stride < 0 || counts == nullptr || status == nullptr) {
    return REPRISE_BAD_ARGUMENT;
  }
  if (rows == 0) return REPRISE_OK;
  if (logits == nullptr || labels == nullptr) return REPRISE_BAD_ARGUMENT;
  const int other = check_current(device);
  if (other != REPRISE_OK) return other;
  const Args a = {logits,
                  rows,
                  sources,
                  row_stride,
                  labels,
                  targets,
                  k,
                  reinterpret_cast<Watched<Cell>*>(counts),
                  reinterpret_cast<Watched<long long>*>(status),
                  first_row,
                  cells_fit(held, rows, k)};
  const cudaStream_t s = static_cast<cudaStream_t>(stream);
  switch (dtype) {
  case REPRISE_FLOAT32:
    return cuda_error(launch_for<float>(a, device, s));
  case REPRISE_FLOAT16:
    return cuda_error(launch_for<Half>(a, device, s));
  default:
    return cuda_error(launch_for<Brain>(a, device, s));
  }
}

extern "C" int reprise_joint_cuda_usable(int device) {
  const int other = check_current(device);
  if (other != REPRISE_OK) return other;
  cudaFuncAttributes attributes;
  const cudaError_t e = cudaFuncGetAttributes(&attributes, argmax_kernel<float, kWarp>);
  if (e != cudaSuccess) cudaGetLastError(); // told here, and left for nobody to find
  return cuda_error(e);
}

extern "C" int reprise_joint_cuda_device_count(void) {
  int n = 0;
  const cudaError_t e = cudaGetDeviceCount(&n);
  return e == cudaSuccess ? n : cuda_error(e);
}

extern "C" const char* reprise_joint_cuda_message(int error) {
  const cudaError_t e = static_cast<cudaError_t>(REPRISE_CUDA_ERROR - error);
  // The run-time library calls a driver that is missing one that is too old.
  int driver = 0;
  if (e == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0)
    return "there is no CUDA driver";
  return cudaGetErrorString(e);
}

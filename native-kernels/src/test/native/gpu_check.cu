// Checks the CUDA kernels against the oracle and the CPU kernels, then measures them, with a device-to-device copy and an
// empty launch beside them; medians. Three figures each:
// - cold: the kernel alone, between two events that the device meets without a pause, after other memory has been read
//   until nothing of its own is left in the second cache (read, not written: what is written would be written back while
//   the kernel runs);
// - warm: the same once its logits have just been read;
// - call: cold, but from an idle device: what a caller who waits for each call sees, the launch included.
// Without a device it says so and ends with success.
//
//   gpu_check [FILE]      writes the times there too, one a line: N KS KT k type cold warm call, microseconds
#include <cuda_runtime.h>
#include <stdio.h>

#include <functional>

#include "../../main/native/cuda/joint_cuda.h"
#include "cases.h"

namespace {

// Device memory that frees itself; null where there is none left.
class Buffer {
public:
  explicit Buffer(size_t bytes) {
    if (cudaMalloc(&p_, bytes) != cudaSuccess) p_ = nullptr;
  }
  Buffer(const void* from, size_t bytes) : Buffer(bytes) { cudaMemcpy(p_, from, bytes, cudaMemcpyHostToDevice); }
  ~Buffer() { cudaFree(p_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  template <class T> T* as() const { return static_cast<T*>(p_); }

private:
  void* p_ = nullptr;
};

__global__ void empty_kernel() {}

bool check_case(const check::Case& c, std::mt19937_64& random, cudaStream_t stream) {
  const check::Data d = check::make(c, random);
  const std::vector<int64_t> before = check::poison(c, random);
  check::Counted gpu = {before}, cpu = {before};
  const Buffer x(d.memory.data(), d.bytes()), y(d.labels.data(), d.labels.size() * 8), j(before.data(), before.size() * 8),
      s(gpu.status, sizeof gpu.status);
  const int e = reprise_joint_cuda_add(x.as<uint16_t>() + d.offset, c.dtype, c.rows, c.sources, c.stride,
                                       y.as<int64_t>(), c.targets, c.k, j.as<int64_t>(), s.as<int64_t>(), 0,
                                       random() % 2 == 0 ? -1 : 0, 0, stream);
  const cudaError_t ended = cudaStreamSynchronize(stream);
  if (e != 0 || ended != cudaSuccess) {
    printf("error %d: %s\n", e, e != 0 ? reprise_joint_cuda_message(e) : cudaGetErrorString(ended));
    return false;
  }
  cudaMemcpy(gpu.counts.data(), j.as<void>(), before.size() * 8, cudaMemcpyDeviceToHost);
  cudaMemcpy(gpu.status, s.as<void>(), sizeof gpu.status, cudaMemcpyDeviceToHost);
  reprise_cpu_add(d.logits(), c.dtype, c.rows, c.sources, c.stride, d.labels.data(), c.targets, c.k, cpu.counts.data(),
                  cpu.status, 0, 0, REPRISE_ISA_AUTO);
  const check::Expected expected = check::oracle(c, d);
  return check::agrees(expected, before, gpu) && check::agree(expected, gpu, cpu);
}

// Reads all of a buffer; the sum is kept from being left out.
__global__ void read_kernel(const uint4* from, size_t count, unsigned* sink) {
  unsigned sum = 0;
  for (size_t i = blockIdx.x * static_cast<size_t>(blockDim.x) + threadIdx.x; i < count;
       i += static_cast<size_t>(gridDim.x) * blockDim.x) {
    const uint4 v = from[i];
    sum += v.x ^ v.y ^ v.z ^ v.w;
  }
  if (sum == 0x9e3779b9u) *sink = sum;
}

// Keeps the device busy, so that what the host enqueues meanwhile lies ready.
__global__ void hold_kernel(long long cycles) {
  const long long begin = clock64();
  while (clock64() - begin < cycles) {}
}

struct Times {
  double cold, warm, call; // microseconds
};

// Measures launches on one stream.
class Clock {
public:
  explicit Clock(cudaStream_t stream) : stream_(stream), other_(kFlushBytes), sink_(4) {
    cudaEventCreate(&begin_);
    cudaEventCreate(&end_);
    cudaMemset(other_.as<void>(), 0, kFlushBytes);
  }
  ~Clock() {
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // rounds: of which the medians are taken
  Times of(const std::function<void()>& launch, int rounds = 21) {
    std::vector<double> cold, warm, call;
    for (int i = -3; i < rounds; i++) {
      flush();
      hold();
      const double c = between(launch);
      launch();
      hold();
      const double w = between(launch);
      flush();
      cudaStreamSynchronize(stream_);
      const double l = between(launch);
      if (i < 0) continue;
      cold.push_back(c);
      warm.push_back(w);
      call.push_back(l);
    }
    return {median(cold), median(warm), median(call)};
  }

private:
  static constexpr size_t kFlushBytes = size_t{512} << 20; // many times the second cache
  static constexpr long long kHoldCycles = 200000;         // some 100 microseconds

  void flush() {
    read_kernel<<<2048, 256, 0, stream_>>>(other_.as<const uint4>(), kFlushBytes / sizeof(uint4), sink_.as<unsigned>());
  }
  void hold() { hold_kernel<<<1, 1, 0, stream_>>>(kHoldCycles); }
  double between(const std::function<void()>& launch) {
    cudaEventRecord(begin_, stream_);
    launch();
    cudaEventRecord(end_, stream_);
    cudaEventSynchronize(end_);
    float ms = 0;
    cudaEventElapsedTime(&ms, begin_, end_);
    return 1e3 * static_cast<double>(ms);
  }
  static double median(std::vector<double>& v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  }

  cudaStream_t stream_;
  const Buffer other_, sink_;
  cudaEvent_t begin_, end_;
};

} // namespace

int main(int argc, char** argv) {
  const int devices = reprise_joint_cuda_device_count();
  if (devices <= 0) {
    printf("no CUDA device (%s): built, nothing checked, the GPU rows stay open\n",
           devices == 0 ? "none found" : reprise_joint_cuda_message(devices));
    return 0;
  }
  cudaDeviceProp device;
  if (cudaGetDeviceProperties(&device, 0) != cudaSuccess) return 1;
  const int usable = reprise_joint_cuda_usable(0);
  if (usable != REPRISE_OK) {
    printf("%s: the kernels cannot be used: %s\n", device.name, reprise_joint_cuda_message(usable));
    return 1;
  }
  cudaStream_t stream;
  if (cudaStreamCreate(&stream) != cudaSuccess) return 1;
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  int wrong = 0, done = 0;
  for (const check::Case& c : check::cases()) {
    done++;
    if (check_case(c, random, stream)) continue;
    wrong++;
    printf("WRONG dtype %d rows %ld KS %ld KT %ld k %ld\n", c.dtype, static_cast<long>(c.rows),
           static_cast<long>(c.sources), static_cast<long>(c.targets), static_cast<long>(c.k));
  }
  printf("%s, seed %llu: %d cases, %d wrong\n", device.name, static_cast<unsigned long long>(seed), done, wrong);
  if (wrong != 0) return 1;

  FILE* const times = argc > 1 ? fopen(argv[1], "w") : nullptr;
  if (argc > 1 && times == nullptr) {
    fprintf(stderr, "gpu_check: cannot write %s\n", argv[1]);
    return 1;
  }
  Clock clock(stream);
  const size_t copied = size_t{512} << 20;
  const Buffer from(copied), to(copied);
  cudaMemset(from.as<void>(), 1, copied);
  const Times empty = clock.of([&] { empty_kernel<<<1, 32, 0, stream>>>(); });
  const Times copy = clock.of(
      [&] { cudaMemcpyAsync(to.as<void>(), from.as<void>(), copied, cudaMemcpyDeviceToDevice, stream); });
  const double copy_gbs = 2 * static_cast<double>(copied) / copy.cold * 1e-3;
  printf("empty launch %.2f us (%.2f of an idle device), copy %.0f GB/s (read and write)\n", empty.cold, empty.call,
         copy_gbs);
  struct Size {
    int64_t rows, sources, targets, k;
    check::Kind kind;
  };
  // The last two: rows that are not aligned, and additions that meet in few cells.
  const Size sizes[] = {
      {256, 1000, 10, 1, check::Kind::kNormal},      {256, 1000, 397, 59, check::Kind::kNormal},
      {15880, 1000, 397, 59, check::Kind::kNormal},  {50000, 1000, 100, 15, check::Kind::kNormal},
      {2000, 32157, 397, 59, check::Kind::kNormal},  {50000, 1001, 100, 15, check::Kind::kNormal},
      {50000, 1000, 2, 15, check::Kind::kHot}};
  const char* const types[] = {"float32", "float16", "bfloat16"};
  for (const Size& size : sizes) {
    const int64_t n = size.rows, ks = size.sources, kt = size.targets;
    for (int dtype = 0; dtype < 3; dtype++) {
      const check::Data d = check::make({dtype, n, ks, kt, 0, ks, 0, size.kind}, random);
      const int64_t cleared[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
      const Buffer x(d.memory.data(), d.bytes()), y(d.labels.data(), d.labels.size() * 8),
          j(static_cast<size_t>(ks * kt * 8)), s(cleared, sizeof cleared);
      cudaMemset(j.as<void>(), 0, static_cast<size_t>(ks * kt * 8));
      for (int64_t k : {int64_t{0}, size.k}) {
        int e = 0;
        const Times t = clock.of([&] {
          e = reprise_joint_cuda_add(x.as<void>(), dtype, n, ks, ks, y.as<int64_t>(), kt, k, j.as<int64_t>(),
                                     s.as<int64_t>(), 0, 0, 0, stream);
        });
        // Called with nothing held so far, as a pass begins: no cell can overflow, and nothing is asked back.
        const double bytes = static_cast<double>(d.bytes()), floor = empty.call + bytes / copy_gbs * 1e-3;
        printf("%6ld x %-6ld KT %-4ld k %-3ld %-8s cold %9.2f us %5.0f GB/s %5.1f %% of copy, warm %9.2f us, call %9.2f us "
               "%5.2f x (launch + bytes)%s%s\n",
               static_cast<long>(n), static_cast<long>(ks), static_cast<long>(kt), static_cast<long>(k), types[dtype],
               t.cold, bytes / t.cold * 1e-3, 100 * bytes / t.cold * 1e-3 / copy_gbs, t.warm, t.call, t.call / floor,
               size.kind == check::Kind::kHot ? ", one hot source label" : "", e == 0 ? "" : " ERROR");
        if (times != nullptr && e == 0 && size.kind == check::Kind::kNormal) {
          fprintf(times, "%ld %ld %ld %ld %s %.3f %.3f %.3f\n", static_cast<long>(n), static_cast<long>(ks),
                  static_cast<long>(kt), static_cast<long>(k), types[dtype], t.cold, t.warm, t.call);
        }
      }
    }
  }
  if (times != nullptr) fclose(times);
  cudaStreamDestroy(stream);
  return 0;
}

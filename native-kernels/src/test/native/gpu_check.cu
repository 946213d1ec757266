// Checks the CUDA kernels against the oracle and the CPU kernels, then measures them: events, a cold L2, medians, with
// a device-to-device copy and an empty launch beside them. Without a device it says so and ends with success.
//
//   gpu_check [FILE]      writes the times there too, one a line: N KS KT k type microseconds
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
                                       y.as<int64_t>(), c.targets, c.k, j.as<int64_t>(), s.as<int64_t>(), 0, 0, stream);
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

// Median milliseconds of one launch after the L2 has been overwritten.
double median_ms(const std::function<void()>& launch, const Buffer& flush, size_t flush_bytes, cudaStream_t stream) {
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  std::vector<float> ms;
  for (int i = -3; i < 21; i++) {
    cudaMemsetAsync(flush.as<void>(), i, flush_bytes, stream);
    cudaEventRecord(begin, stream);
    launch();
    cudaEventRecord(end, stream);
    cudaEventSynchronize(end);
    float t = 0;
    cudaEventElapsedTime(&t, begin, end);
    if (i >= 0) ms.push_back(t);
  }
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  std::sort(ms.begin(), ms.end());
  return static_cast<double>(ms[ms.size() / 2]);
}

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
  const size_t flush_bytes = size_t{512} << 20;
  const Buffer flush(flush_bytes), other(flush_bytes);
  const double empty = median_ms([&] { empty_kernel<<<1, 32, 0, stream>>>(); }, flush, flush_bytes, stream);
  const double copy = median_ms(
      [&] { cudaMemcpyAsync(other.as<void>(), flush.as<void>(), flush_bytes, cudaMemcpyDeviceToDevice, stream); }, flush,
      flush_bytes, stream);
  const double copy_gbs = 2 * static_cast<double>(flush_bytes) / copy * 1e-6;
  printf("empty launch %.2f us, copy %.0f GB/s (read and write)\n", empty * 1e3, copy_gbs);
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
        const double ms = median_ms(
            [&] {
              e = reprise_joint_cuda_add(x.as<void>(), dtype, n, ks, ks, y.as<int64_t>(), kt, k, j.as<int64_t>(),
                                         s.as<int64_t>(), 0, 0, stream);
            },
            flush, flush_bytes, stream);
        const double bytes = static_cast<double>(d.bytes()), floor = empty + bytes / copy_gbs * 1e-6;
        printf("%6ld x %-6ld KT %-4ld k %-3ld %-8s %9.2f us %8.0f GB/s %5.1f %% of copy, %5.2f x (launch + bytes)%s%s\n",
               static_cast<long>(n), static_cast<long>(ks), static_cast<long>(kt), static_cast<long>(k), types[dtype],
               ms * 1e3, bytes / ms * 1e-6, 100 * bytes / ms * 1e-6 / copy_gbs, ms / floor,
               size.kind == check::Kind::kHot ? ", one hot source label" : "", e == 0 ? "" : " ERROR");
        if (times != nullptr && e == 0 && size.kind == check::Kind::kNormal) {
          fprintf(times, "%ld %ld %ld %ld %s %.3f\n", static_cast<long>(n), static_cast<long>(ks), static_cast<long>(kt),
                  static_cast<long>(k), types[dtype], ms * 1e3);
        }
      }
    }
  }
  if (times != nullptr) fclose(times);
  cudaStreamDestroy(stream);
  return 0;
}

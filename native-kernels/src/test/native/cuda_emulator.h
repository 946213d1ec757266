// Runs a CUDA kernel's source on the CPU: every CUDA thread is a fiber, blocks run one after another. A fiber is
// switched out only at barriers and warp collectives, and the schedule is unfair on purpose: one warp runs as far as
// it can before another may, in an order redrawn by a generator, so that a missing barrier shows as a wrong result.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#define __global__
#define __device__
#define __shared__ static /* one block at a time: a static is the block's memory */
#define __launch_bounds__(...)

struct dim3 {
  unsigned x, y, z;
};
using cudaStream_t = void*;
enum cudaError_t { cudaSuccess = 0, cudaErrorInsufficientDriver = 35, cudaErrorLaunchFailure = 719 };
enum { cudaDevAttrMultiProcessorCount = 16 };

namespace emulator {

enum Wait { kRuns, kBlockBarrier, kWarpBarrier, kDone };
struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack{new char[kStack]};
  dim3 thread{0, 0, 0};
  Wait wait = kRuns;
  uint64_t slot = 0; // what this lane offers to a warp collective
  static constexpr size_t kStack = 128 << 10;
};
struct Block {
  std::vector<Fiber> fibers;
  ucontext_t scheduler;
  unsigned current = 0, threads = 0;
  dim3 index{0, 0, 0}, size{0, 1, 1}, grid{0, 1, 1};
  const std::function<void()>* body = nullptr;
};
inline Block& block() {
  static Block b;
  return b;
}
inline Fiber& self() { return block().fibers[block().current]; }
inline void wait(Wait why) {
  Fiber& f = self();
  f.wait = why;
  swapcontext(&f.context, &block().scheduler);
}
inline void enter() {
  (*block().body)();
  wait(kDone);
}

// Releases the barriers that all live threads of the block, or of a warp, have reached.
inline bool release(Block& b) {
  bool any = false;
  const auto all_wait = [&](unsigned lo, unsigned hi, Wait why) {
    bool some = false;
    for (unsigned t = lo; t < hi; t++) {
      if (b.fibers[t].wait == kDone) continue;
      if (b.fibers[t].wait != why) return false;
      some = true;
    }
    return some;
  };
  const auto go = [&](unsigned lo, unsigned hi) {
    for (unsigned t = lo; t < hi; t++)
      if (b.fibers[t].wait != kDone) b.fibers[t].wait = kRuns;
    any = true;
  };
  if (all_wait(0, b.threads, kBlockBarrier)) go(0, b.threads);
  for (unsigned w = 0; w < b.threads; w += 32)
    if (all_wait(w, std::min(b.threads, w + 32), kWarpBarrier)) go(w, std::min(b.threads, w + 32));
  return any;
}

inline cudaError_t& last_error() {
  static cudaError_t e = cudaSuccess;
  return e;
}

// On its own: getcontext may return twice as far as the compiler knows, which must not touch launch's variables.
[[gnu::noinline]] inline void prepare(Fiber& f, unsigned thread) {
  f.thread.x = thread;
  f.wait = kRuns;
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack.get();
  f.context.uc_stack.ss_size = Fiber::kStack;
  f.context.uc_link = nullptr;
  makecontext(&f.context, enter, 0);
}

inline void launch(unsigned grid, unsigned threads, const std::function<void()>& body) {
  static std::mutex one_at_a_time;
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  static std::mt19937 random(std::random_device{}());
  Block& b = block();
  if (b.fibers.size() < threads) b.fibers.resize(threads);
  b.body = &body;
  b.threads = b.size.x = threads;
  b.grid.x = grid;
  for (unsigned g = 0; g < grid; g++) {
    b.index.x = g;
    for (unsigned t = 0; t < threads; t++) prepare(b.fibers[t], t);
    std::vector<unsigned> order((threads + 31) / 32);
    for (unsigned w = 0; w < order.size(); w++) order[w] = w;
    for (unsigned left = threads; left > 0;) {
      if (random() % 16 == 0) std::shuffle(order.begin(), order.end(), random);
      bool moved = false;
      for (unsigned w : order) {
        const unsigned lo = w * 32, n = std::min(threads, lo + 32) - lo, off = random() % n;
        for (unsigned i = 0; i < n; i++) {
          b.current = lo + (i + off) % n;
          Fiber& f = b.fibers[b.current];
          if (f.wait != kRuns) continue;
          swapcontext(&b.scheduler, &f.context);
          moved = true;
          if (f.wait == kDone) left--;
        }
        if (moved) break;
      }
      if (!release(b) && !moved) { // a divergent barrier or collective
        last_error() = cudaErrorLaunchFailure;
        return;
      }
    }
  }
}

// Every lane offers a value, then reads the offers of the warp (whole warps only).
template <class T, class Read> auto collective(T mine, Read read) {
  static_assert(sizeof(T) <= 8, "one slot");
  Fiber& f = self();
  memcpy(&f.slot, &mine, sizeof mine);
  wait(kWarpBarrier);
  const unsigned first = block().current & ~31u;
  const auto result = read([first](int lane) {
    T v;
    memcpy(&v, &block().fibers[first + static_cast<unsigned>(lane & 31)].slot, sizeof v);
    return v;
  });
  wait(kWarpBarrier);
  return result;
}
template <class To, class From> To bits(From from) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}

} // namespace emulator

#define threadIdx (emulator::self().thread)
#define blockIdx (emulator::block().index)
#define blockDim (emulator::block().size)
#define gridDim (emulator::block().grid)
#define CUDA_LAUNCH(kernel, grid, block, stream, ...) \
  ((void)(stream), emulator::launch((grid), (block), [&] { kernel(__VA_ARGS__); }))

inline void __syncthreads() { emulator::wait(emulator::kBlockBarrier); }
inline void __syncwarp() { emulator::wait(emulator::kWarpBarrier); }
template <class T> T __shfl_sync(unsigned, T v, int lane) {
  return emulator::collective(v, [&](auto of) { return of(lane); });
}
template <class T> T __shfl_xor_sync(unsigned, T v, int mask) {
  const int lane = static_cast<int>(emulator::block().current & 31u);
  return emulator::collective(v, [&](auto of) { return of(lane ^ mask); });
}
template <class T> unsigned __match_any_sync(unsigned, T v) {
  return emulator::collective(v, [&](auto of) {
    unsigned m = 0;
    for (int i = 0; i < 32; i++) m |= static_cast<unsigned>(of(i) == v) << i;
    return m;
  });
}
template <class Op> unsigned emulated_reduce(unsigned v, Op op) {
  return emulator::collective(v, [&](auto of) {
    unsigned r = of(0);
    for (int i = 1; i < 32; i++) r = op(r, of(i));
    return r;
  });
}
inline unsigned __reduce_max_sync(unsigned, unsigned v) {
  return emulated_reduce(v, [](unsigned a, unsigned b) { return std::max(a, b); });
}
inline unsigned __reduce_min_sync(unsigned, unsigned v) {
  return emulated_reduce(v, [](unsigned a, unsigned b) { return std::min(a, b); });
}
inline unsigned __reduce_add_sync(unsigned, unsigned v) {
  return emulated_reduce(v, [](unsigned a, unsigned b) { return a + b; });
}
inline int __ffs(int v) { return __builtin_ffs(v); }
inline int __clz(int v) { return v == 0 ? 32 : __builtin_clz(static_cast<unsigned>(v)); }
inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned by) {
  return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) << (by & 31) >> 32);
}
template <class T> T atomicAdd(T* p, T v) {
  const T old = *p;
  *p = old + v;
  return old;
}
template <class T> T atomicMin(T* p, T v) {
  const T old = *p;
  *p = std::min(old, v);
  return old;
}
inline float exp2_approx(float x) { return exp2f(x); }
// Exponent and fraction moved into place, then scaled by 2^112: right for subnormal numbers too.
inline float half_to_float(uint16_t v) {
  const unsigned magnitude = (v & 0x7fffu) << 13, special = magnitude >= (0x7c00u << 13) ? 0x7f800000u : 0u;
  const float scaled = emulator::bits<float>(magnitude) * 5192296858534827628530496329220096.0f;
  return emulator::bits<float>(emulator::bits<unsigned>(scaled) | special | (v & 0x8000u) << 16);
}
inline float __uint_as_float(unsigned v) { return emulator::bits<float>(v); }
inline unsigned __float_as_uint(float v) { return emulator::bits<unsigned>(v); }

inline cudaError_t cudaGetLastError() {
  const cudaError_t e = emulator::last_error();
  emulator::last_error() = cudaSuccess;
  return e;
}
inline cudaError_t cudaGetDevice(int* d) { return *d = 0, cudaSuccess; }
inline cudaError_t cudaSetDevice(int) { return cudaSuccess; }
inline cudaError_t cudaGetDeviceCount(int* n) { return *n = 1, cudaSuccess; }
inline cudaError_t cudaDriverGetVersion(int* v) { return *v = 0, cudaSuccess; }
// Few, so that a team takes several rows even of a small batch.
inline cudaError_t cudaDeviceGetAttribute(int* v, int, int) { return *v = 2, cudaSuccess; }
inline const char* cudaGetErrorString(cudaError_t) { return "emulated: divergent barrier"; }

// Teams of threads, which take a row each: a warp, or a block of several.
#pragma once
#include "device.cuh"

// Cards before sm_80 have no instruction for the reduction of a warp.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
#define REPRISE_REDUCE_BY_SHUFFLES
#endif

namespace {

struct Max {
  static __device__ unsigned of(unsigned a, unsigned b) { return a > b ? a : b; }
#ifndef REPRISE_REDUCE_BY_SHUFFLES
  static __device__ unsigned of_warp(unsigned v) { return __reduce_max_sync(kAll, v); }
#endif
};
struct Min {
  static __device__ unsigned of(unsigned a, unsigned b) { return a < b ? a : b; }
#ifndef REPRISE_REDUCE_BY_SHUFFLES
  static __device__ unsigned of_warp(unsigned v) { return __reduce_min_sync(kAll, v); }
#endif
};
struct Sum {
  static __device__ unsigned of(unsigned a, unsigned b) { return a + b; }
#ifndef REPRISE_REDUCE_BY_SHUFFLES
  static __device__ unsigned of_warp(unsigned v) { return __reduce_add_sync(kAll, v); }
#endif
};

// Reductions over a team; every thread gets the result. Shared memory only where a team has several warps.
template <int TEAM> struct Team {
  static constexpr int kWarps = TEAM / kWarp;
  int rank; // of this thread in its team
  Watched<unsigned>* shared; // [kWarps]

  __device__ void sync() const {
    if (kWarps == 1) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }

  template <class Combine> __device__ unsigned across(unsigned warp_value, Combine combine) const {
    if (kWarps == 1) return warp_value;
    __syncthreads(); // readers of the last reduction are done
    if (rank % kWarp == 0) shared[rank / kWarp] = warp_value;
    __syncthreads();
    unsigned v = shared[0];
#pragma unroll 2 // all at once would take eight registers
    for (int w = 1; w < kWarps; w++) v = combine(v, shared[w]); // the same order in every thread
    return v;
  }
  __device__ unsigned max(unsigned v) const { return reduce<Max>(v); }
  __device__ unsigned min(unsigned v) const { return reduce<Min>(v); }
  __device__ unsigned add(unsigned v) const { return reduce<Sum>(v); }
  // A tree whose shape never changes, hence always the same rounding.
  __device__ float add(float v) const {
    for (int o = kWarp / 2; o > 0; o /= 2) v += __shfl_xor_sync(kAll, v, o);
    return __uint_as_float(across(__float_as_uint(v), [](unsigned a, unsigned b) {
      return __float_as_uint(__uint_as_float(a) + __uint_as_float(b));
    }));
  }

private:
  template <class Operation> __device__ unsigned reduce(unsigned v) const {
#ifdef REPRISE_REDUCE_BY_SHUFFLES
    for (int o = kWarp / 2; o > 0; o /= 2) v = Operation::of(v, __shfl_xor_sync(kAll, v, o));
#else
    v = Operation::of_warp(v);
#endif
    return across(v, [](unsigned a, unsigned b) { return Operation::of(a, b); });
  }
};

} // namespace

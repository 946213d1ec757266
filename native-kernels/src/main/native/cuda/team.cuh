// Teams of threads, which take a row each: a warp, or a block of several.
#pragma once
#include "device.cuh"

namespace {

// Reductions over a team; every thread gets the result. Shared memory only where a team has several warps.
template <int TEAM> struct Team {
  static constexpr int kWarps = TEAM / kWarp;
  int rank; // of this thread in its team
  unsigned* shared; // [kWarps]

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
  __device__ unsigned max(unsigned v) const {
    return across(__reduce_max_sync(kAll, v), [](unsigned a, unsigned b) { return a > b ? a : b; });
  }
  __device__ unsigned min(unsigned v) const {
    return across(__reduce_min_sync(kAll, v), [](unsigned a, unsigned b) { return a < b ? a : b; });
  }
  __device__ unsigned add(unsigned v) const {
    return across(__reduce_add_sync(kAll, v), [](unsigned a, unsigned b) { return a + b; });
  }
  // A tree whose shape never changes, hence always the same rounding.
  __device__ float add(float v) const {
    for (int o = kWarp / 2; o > 0; o /= 2) v += __shfl_xor_sync(kAll, v, o);
    return __uint_as_float(across(__float_as_uint(v), [](unsigned a, unsigned b) {
      return __float_as_uint(__uint_as_float(a) + __uint_as_float(b));
    }));
  }
};

} // namespace

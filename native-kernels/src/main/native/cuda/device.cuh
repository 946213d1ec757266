// What the kernels are written in: CUDA, or without nvcc the host's C++ under the emulator of the tests. Hence the CUDA_*
// macros, and only full-warp collectives.
#pragma once
#ifdef __CUDACC__
#include <cuda_runtime.h>
#include <stdint.h>
#define CUDA_LAUNCH(kernel, grid, block, stream, ...) kernel<<<(grid), (block), 0, (stream)>>>(__VA_ARGS__)
__device__ inline float exp2_approx(float x) { // one instruction; exp2f would care for subnormal results
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ inline float half_to_float(uint16_t bits) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(bits));
  return y;
}
#else
#include "cuda_emulator.h"
#endif
#include <float.h>
#include <math.h>

#include "joint_cuda.h"

namespace {

constexpr unsigned kAll = 0xffffffffu;
constexpr int kWarp = 32;

// Maps a float to an unsigned that orders as the float does; both zeros map to one.
__device__ inline unsigned order_of(float v) {
  const unsigned b = __float_as_uint(v + 0.0f);
  return (b & 0x80000000u) != 0 ? ~b : b | 0x80000000u;
}
__device__ inline float at_order(unsigned o) {
  return __uint_as_float((o & 0x80000000u) != 0 ? o & 0x7fffffffu : ~o);
}

// e^x for x <= 0, to 3e-7 and the rounding of x; what float32 cannot hold as a normal number is 0.
__device__ inline float exp_of(float x) { return exp2_approx(x * 1.4426950408889634f); }

} // namespace

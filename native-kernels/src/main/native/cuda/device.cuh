// What the kernels are written in: CUDA, or without nvcc the host's C++ under the emulator of the tests. Hence the macros,
// Watched, and only full-warp collectives.
#pragma once
#ifdef __CUDACC__
#include <cuda_runtime.h>
#include <stdint.h>

// Memory that several threads see. The emulator shows a store to others late.
template <class T> using Watched = T;
#define SHARED_ARRAY(type, name, length) __shared__ type name[length]

// What the launch itself returns: cudaGetLastError would also tell of what others left undone.
template <class Args>
inline cudaError_t launch_kernel(void (*kernel)(Args), unsigned grid, unsigned block, cudaStream_t stream, Args args) {
  void* pointers[] = {&args};
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), dim3(grid), dim3(block), pointers, 0, stream);
}
// Has the number made here and kept: the compiler would keep what it is made from as well, and then lack registers.
__device__ inline void keep(float& v) { asm volatile("" : "+f"(v)); }
// For what is read once: it does not take the place of other things in the first cache.
__device__ inline uint4 load_once(const uint4* from) {
  uint4 v;
  asm("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
      : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
      : "l"(__cvta_generic_to_global(from)));
  return v;
}
// Adds without asking what was there: the memory does it and sends nothing back.
__device__ inline void add_blindly(unsigned long long* to, unsigned long long value) {
  asm volatile("red.relaxed.gpu.global.add.u64 [%0], %1;" ::"l"(__cvta_generic_to_global(to)), "l"(value) : "memory");
}
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

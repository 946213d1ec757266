// Eight float lanes as plain arrays: any C++17 compiler, which vectorises the loops with whatever its target has.
#pragma once
#include <string.h>

#include "row_kernels.h"

namespace reprise {
namespace {

struct Vec {
  static constexpr int kLanes = 8;
  struct F {
    float v[kLanes];
  };
  struct I {
    int32_t v[kLanes];
  };

  static F set(float value) {
    F r;
    for (int i = 0; i < kLanes; i++) r.v[i] = value;
    return r;
  }
  static I zero_bits() { return I{}; }

  template <class T> static F load(const T* p) {
    F r;
    for (int i = 0; i < kLanes; i++) r.v[i] = widen(p[i]);
    return r;
  }
  // The first n lanes from memory, the others `rest`.
  template <class T> static F load_part(const T* p, int n, float rest) {
    F r = set(rest);
    for (int i = 0; i < n; i++) r.v[i] = widen(p[i]);
    return r;
  }
  static void store(float* p, F v) { memcpy(p, v.v, sizeof v.v); }

  static F max(F a, F b) {
    for (int i = 0; i < kLanes; i++) a.v[i] = a.v[i] > b.v[i] ? a.v[i] : b.v[i];
    return a;
  }
  static F add(F a, F b) {
    for (int i = 0; i < kLanes; i++) a.v[i] += b.v[i];
    return a;
  }
  static F sub(F a, F b) {
    for (int i = 0; i < kLanes; i++) a.v[i] -= b.v[i];
    return a;
  }
  static I max_magnitude(I seen, F v) {
    for (int i = 0; i < kLanes; i++) {
      const int32_t magnitude = bits(v.v[i]) & 0x7fffffff;
      seen.v[i] = seen.v[i] > magnitude ? seen.v[i] : magnitude;
    }
    return seen;
  }
  static I max_bits(I a, I b) {
    for (int i = 0; i < kLanes; i++) a.v[i] = a.v[i] > b.v[i] ? a.v[i] : b.v[i];
    return a;
  }
  static float reduce_max(F v) {
    float m = v.v[0];
    for (int i = 1; i < kLanes; i++) m = m > v.v[i] ? m : v.v[i];
    return m;
  }
  static float reduce_add(F v) {
    return ((v.v[0] + v.v[4]) + (v.v[2] + v.v[6])) + ((v.v[1] + v.v[5]) + (v.v[3] + v.v[7]));
  }
  static bool any_non_finite(I magnitude) {
    bool any = false;
    for (int i = 0; i < kLanes; i++) any |= magnitude.v[i] >= 0x7f800000;
    return any;
  }

  static uint32_t equal(F a, F b) {
    uint32_t m = 0;
    for (int i = 0; i < kLanes; i++) m |= static_cast<uint32_t>(a.v[i] == b.v[i]) << i;
    return m;
  }
  static uint32_t at_least(F a, F b) {
    uint32_t m = 0;
    for (int i = 0; i < kLanes; i++) m |= static_cast<uint32_t>(a.v[i] >= b.v[i]) << i;
    return m;
  }
  static uint32_t greater(F a, F b) {
    uint32_t m = 0;
    for (int i = 0; i < kLanes; i++) m |= static_cast<uint32_t>(a.v[i] > b.v[i]) << i;
    return m;
  }

  // Writes the masked lanes and their positions (base + lane) without gaps.
  static int collect(F v, uint32_t mask, int32_t base, float* values, int32_t* sources) {
    int n = 0;
    for (; mask != 0; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      values[n] = v.v[lane];
      sources[n++] = base + lane;
    }
    return n;
  }
  // Keeps masked lanes of a list of (value, source) in place.
  static int keep(uint32_t mask, const float* from_values, const int32_t* from_sources, float* values,
                  int32_t* sources) {
    int n = 0;
    for (; mask != 0; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      values[n] = from_values[lane];
      sources[n++] = from_sources[lane];
    }
    return n;
  }

  // e^v for v <= 0 to about two units in the last place; below -87 it stays at e^-87, far under 2^-36.
  static F exp(F v) {
    for (int i = 0; i < kLanes; i++) {
      const float z = v.v[i] > -87.0f ? v.v[i] : -87.0f;
      // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer without a library call.
      const float n = (z * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
      const float r = (z - n * 0.693359375f) + n * 2.12194440e-4f;
      float p = 1.9875691500e-4f;
      p = p * r + 1.3981999507e-3f;
      p = p * r + 8.3334519073e-3f;
      p = p * r + 4.1665795894e-2f;
      p = p * r + 1.6666665459e-1f;
      p = p * r + 5.0000001201e-1f;
      p = p * (r * r) + (r + 1.0f);
      v.v[i] = p * number((static_cast<int32_t>(n) + 127) << 23);
    }
    return v;
  }

private:
  static int32_t bits(float f) {
    int32_t b;
    memcpy(&b, &f, sizeof b);
    return b;
  }
  static float number(int32_t b) {
    float f;
    memcpy(&f, &b, sizeof f);
    return f;
  }
  static float widen(float f) { return f; }
  static float widen(Brain b) { return number(static_cast<int32_t>(static_cast<uint32_t>(b.bits) << 16)); }
  // Exponent and fraction moved into place, then scaled by 2^112: right for subnormal numbers too.
  static float widen(Half h) {
    const int32_t magnitude = (h.bits & 0x7fff) << 13;
    const int32_t special = magnitude >= (0x7c00 << 13) ? 0x7f800000 : 0;
    const int32_t sign = static_cast<int32_t>(static_cast<uint32_t>(h.bits & 0x8000) << 16);
    return number(bits(number(magnitude) * 5192296858534827628530496329220096.0f) | special | sign);
  }
};

} // namespace
} // namespace reprise

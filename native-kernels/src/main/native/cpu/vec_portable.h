// Four float lanes in the compiler's own vector type (GCC, Clang): SSE2, NEON, or whatever the target has.
#pragma once
#include <string.h>

#include "places.h"
#include "row_kernels.h"

namespace reprise {
namespace {

struct Vec {
  static constexpr int kLanes = 4;
  typedef float F __attribute__((vector_size(16)));
  typedef int32_t I __attribute__((vector_size(16)));

  static F set(float v) { return F{v, v, v, v}; }
  static I index(int32_t i) { return I{i, i, i, i}; }

  static F load(const float* p) {
    F v;
    memcpy(&v, p, sizeof v);
    return v;
  }
  // Exponent and fraction moved into place, then scaled by 2^112: right for subnormal numbers too.
  static F load(const Half* p) {
    const I h = words(p), magnitude = (h & 0x7fff) << 13;
    const I special = (magnitude >= (0x7c00 << 13)) & 0x7f800000;
    const I scaled = bits(number(magnitude) * 5192296858534827628530496329220096.0f);
    return number(scaled | special | (h << 16 & index(INT32_MIN)));
  }
  static F load(const Brain* p) { return number(words(p) << 16); }

  // The first n lanes from memory, the others `rest`.
  template <class T> static F load_part(const T* p, int n, float rest) {
    T part[kLanes] = {};
    for (int i = 0; i < n; i++) part[i] = p[i];
    return select(I{0, 1, 2, 3} < index(n), load(part), set(rest));
  }
  static void store(float* p, F v) { memcpy(p, &v, sizeof v); }

  static float at(const float* p) { return *p; }
  template <class T> static float at(const T* p) { return load_part(p, 1, 0)[0]; }

  static F max(F a, F b) { return select(a > b, a, b); }
  static F min(F a, F b) { return select(a < b, a, b); }
  static F add(F a, F b) { return a + b; }
  static F sub(F a, F b) { return a - b; }

  // Turns to NaN for good when v is NaN or infinite.
  static F absorb(F seen, F v) { return seen + v * 0.0f; }
  static bool any_nan(F seen) { return any(seen != seen); }

  // Where v > best: takes v, and notes `at`.
  static void keep_greater(F v, I at, F& best, I& index) {
    const I more = v > best;
    index = (at & more) | (index & ~more);
    best = select(more, v, best);
  }
  // `index` where `best` equals `all`, else INT32_MAX.
  static I where_equal(F best, F all, I index) {
    const I same = best == all;
    return (index & same) | (Vec::index(INT32_MAX) & ~same);
  }
  static int32_t reduce_min(I v) {
    int32_t least = v[0];
    for (int i = 1; i < kLanes; i++) least = v[i] < least ? v[i] : least;
    return least;
  }

  static float reduce_max(F v) {
    const float a = v[0] > v[2] ? v[0] : v[2], b = v[1] > v[3] ? v[1] : v[3];
    return a > b ? a : b;
  }
  static float reduce_min(F v) { return -reduce_max(-v); }
  static float reduce_add(F v) { return (v[0] + v[2]) + (v[1] + v[3]); }

  static uint32_t equal(F a, F b) { return mask(a == b); }
  static uint32_t at_least(F a, F b) { return mask(a >= b); }
  static uint32_t greater(F a, F b) { return mask(a > b); }
  // The lanes of four vectors, in order.
  static uint64_t at_least(F a, F b, F c, F d, F bound) {
    const uint64_t ab = uint64_t{at_least(a, bound)} | uint64_t{at_least(b, bound)} << kLanes;
    const uint64_t cd = uint64_t{at_least(c, bound)} | uint64_t{at_least(d, bound)} << kLanes;
    return ab | cd << 2 * kLanes;
  }

  // How many lanes are >= bound, summed over vectors.
  using Tally = I;
  static Tally tally(Tally t, F v, F bound) { return t - (v >= bound); }
  static int64_t total(Tally t) { return int64_t{t[0]} + t[1] + t[2] + t[3]; }

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

  static void places(uint64_t word, int32_t first, int32_t* out) { places_in_eights(word, first, out); }

  // e^v for v <= 80: 2^(v log2(e)), as 2^n times a polynomial for the fraction (minimax of degree 5, 7e-8). With the
  // roundings the error is 3e-7, and |v| 2^-24 from the product; below v = -87 it stays at 2^-126, far under 2^-36.
  template <int N> static void exp(F (&vectors)[N]) {
    for (F& v : vectors) {
      v = min(max(v * 1.44269504088896341f, set(-126.0f)), set(127.0f)); // what is larger is not an integer of 32 bits
      // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer without a library call.
      const F n = (v + 12582912.0f) - 12582912.0f, r = v - n;
      F p = set(1.3353020186e-3f);
      p = p * r + 9.6718985587e-3f;
      p = p * r + 5.5504478514e-2f;
      p = p * r + 2.4022229016e-1f;
      p = p * r + 6.9314724207e-1f;
      p = p * r + 1.0f;
      // p lies in [0.7, 1.5] and n in [-126, 116]: adding n to the exponent field multiplies by 2^n.
      v = number(bits(p) + __builtin_convertvector(n, I) * (1 << 23));
    }
  }

private:
  static I bits(F v) {
    I b;
    memcpy(&b, &v, sizeof b);
    return b;
  }
  static F number(I b) {
    F v;
    memcpy(&v, &b, sizeof v);
    return v;
  }
  static F select(I which, F a, F b) { return number((bits(a) & which) | (bits(b) & ~which)); }
  static bool any(I which) {
    int64_t half[2];
    memcpy(half, &which, sizeof half);
    return (half[0] | half[1]) != 0;
  }
  // One bit for each lane of a comparison's result.
  static uint32_t mask(I which) {
    if (!any(which)) return 0;
    const I bit = which & I{1, 2, 4, 8};
    return static_cast<uint32_t>(bit[0] | bit[1] | bit[2] | bit[3]);
  }
  template <class T> static I words(const T* p) {
    typedef uint16_t Words __attribute__((vector_size(8)));
    Words w;
    memcpy(&w, p, sizeof w);
    return __builtin_convertvector(w, I);
  }
};

} // namespace
} // namespace reprise

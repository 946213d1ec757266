// Eight float lanes in one AVX2 register (with FMA and F16C).
#pragma once
#include <immintrin.h>

#include "row_kernels.h"

namespace reprise {
namespace {

// For each mask the lanes that are set, first to last: the permutation that AVX2 lacks a compress instruction for.
struct CompressTable {
  alignas(32) int32_t lanes[256][8];
  constexpr CompressTable() : lanes() {
    for (int mask = 0; mask < 256; mask++) {
      int n = 0;
      for (int lane = 0; lane < 8; lane++) {
        if (mask >> lane & 1) lanes[mask][n++] = lane;
      }
    }
  }
};
constexpr CompressTable kCompress;

struct Vec {
  static constexpr int kLanes = 8;
  using F = __m256;
  using I = __m256i;

  static F set(float v) { return _mm256_set1_ps(v); }
  static I zero_bits() { return _mm256_setzero_si256(); }

  static F load(const float* p) { return _mm256_loadu_ps(p); }
  static F load(const Half* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
  static F load(const Brain* p) {
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(b), 16));
  }

  // The first n lanes from memory, the others `rest`.
  template <class T> static F load_part(const T* p, int n, float rest) {
    T part[kLanes] = {};
    for (int i = 0; i < n; i++) part[i] = p[i];
    const I lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const I valid = _mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane);
    return _mm256_blendv_ps(set(rest), load(part), _mm256_castsi256_ps(valid));
  }
  static void store(float* p, F v) { _mm256_storeu_ps(p, v); }

  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  static I max_magnitude(I seen, F v) {
    return _mm256_max_epi32(seen, _mm256_and_si256(_mm256_castps_si256(v), _mm256_set1_epi32(0x7fffffff)));
  }
  static I max_bits(I a, I b) { return _mm256_max_epi32(a, b); }

  static float reduce_max(F v) {
    __m128 q = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_max_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_max_ss(q, _mm_movehdup_ps(q)));
  }
  static float reduce_add(F v) {
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
  }
  static bool any_non_finite(I magnitude) {
    return _mm256_movemask_epi8(_mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f7fffff))) != 0;
  }

  static uint32_t equal(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)); }
  static uint32_t at_least(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_GE_OQ)); }
  static uint32_t greater(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }

  // Writes the masked lanes and their positions (base + lane) without gaps; may write kLanes elements.
  static int collect(F v, uint32_t mask, int32_t base, float* values, int32_t* sources) {
    const I order = _mm256_load_si256(reinterpret_cast<const I*>(kCompress.lanes[mask]));
    _mm256_storeu_ps(values, _mm256_permutevar8x32_ps(v, order));
    _mm256_storeu_si256(reinterpret_cast<I*>(sources), _mm256_add_epi32(order, _mm256_set1_epi32(base)));
    return __builtin_popcount(mask);
  }
  // Keeps masked lanes of a list of (value, source) in place.
  static int keep(uint32_t mask, const float* from_values, const int32_t* from_sources, float* values,
                  int32_t* sources) {
    const I order = _mm256_load_si256(reinterpret_cast<const I*>(kCompress.lanes[mask]));
    const F v = _mm256_loadu_ps(from_values);
    const I s = _mm256_loadu_si256(reinterpret_cast<const I*>(from_sources));
    _mm256_storeu_ps(values, _mm256_permutevar8x32_ps(v, order));
    _mm256_storeu_si256(reinterpret_cast<I*>(sources), _mm256_permutevar8x32_epi32(s, order));
    return __builtin_popcount(mask);
  }

  // e^v for v <= 0 to about one unit in the last place; below -87 it stays at e^-87, far under 2^-36.
  static F exp(F v) {
    v = _mm256_max_ps(v, set(-87.0f));
    const F n = _mm256_round_ps(_mm256_mul_ps(v, set(1.44269504088896341f)), 8);
    F r = _mm256_fnmadd_ps(n, set(0.693359375f), v);
    r = _mm256_fnmadd_ps(n, set(-2.12194440e-4f), r);
    F p = set(1.9875691500e-4f);
    p = _mm256_fmadd_ps(p, r, set(1.3981999507e-3f));
    p = _mm256_fmadd_ps(p, r, set(8.3334519073e-3f));
    p = _mm256_fmadd_ps(p, r, set(4.1665795894e-2f));
    p = _mm256_fmadd_ps(p, r, set(1.6666665459e-1f));
    p = _mm256_fmadd_ps(p, r, set(5.0000001201e-1f));
    p = _mm256_fmadd_ps(p, _mm256_mul_ps(r, r), _mm256_add_ps(r, set(1.0f)));
    // v >= -87 keeps n + 127 positive: the exponent field of 2^n.
    const I power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(p, _mm256_castsi256_ps(power));
  }

private:
  static uint32_t mask(F v) { return static_cast<uint32_t>(_mm256_movemask_ps(v)); }
};

} // namespace
} // namespace reprise

// Eight float lanes in one AVX2 register (with FMA and F16C).
#pragma once
#include <immintrin.h>

#include "places.h"
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
  static I index(int32_t i) { return _mm256_set1_epi32(i); }

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

  static float at(const float* p) { return *p; }
  template <class T> static float at(const T* p) { return _mm256_cvtss_f32(load_part(p, 1, 0)); }

  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F min(F a, F b) { return _mm256_min_ps(a, b); }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  // Turns to NaN for good when v is NaN or infinite.
  static F absorb(F seen, F v) { return _mm256_fmadd_ps(v, _mm256_setzero_ps(), seen); }
  static bool any_nan(F seen) { return mask(_mm256_cmp_ps(seen, seen, _CMP_UNORD_Q)) != 0; }

  // Where v > best: takes v, and notes `at`.
  static void keep_greater(F v, I at, F& best, I& index) {
    const I more = _mm256_castps_si256(_mm256_cmp_ps(v, best, _CMP_GT_OQ));
    index = _mm256_blendv_epi8(index, at, more);
    best = _mm256_max_ps(v, best);
  }
  // `index` where `best` equals `all`, else INT32_MAX.
  static I where_equal(F best, F all, I index) {
    const I same = _mm256_castps_si256(_mm256_cmp_ps(best, all, _CMP_EQ_OQ));
    return _mm256_blendv_epi8(_mm256_set1_epi32(INT32_MAX), index, same);
  }
  static int32_t reduce_min(I v) {
    __m128i q = _mm_min_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    q = _mm_min_epi32(q, _mm_shuffle_epi32(q, 0x4e));
    return _mm_cvtsi128_si32(_mm_min_epi32(q, _mm_shuffle_epi32(q, 0xb1)));
  }

  static float reduce_max(F v) {
    __m128 q = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_max_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_max_ss(q, _mm_movehdup_ps(q)));
  }
  static float reduce_min(F v) { return -reduce_max(sub(set(0), v)); }
  static float reduce_add(F v) {
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
  }

  static uint32_t equal(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)); }
  static uint32_t at_least(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_GE_OQ)); }
  // The lanes of four vectors, in order. Packed first, as each mask costs an instruction to fetch and two to place.
  static uint64_t at_least(F a, F b, F c, F d, F bound) {
    const I ab = _mm256_packs_epi32(where_at_least(a, bound), where_at_least(b, bound));
    const I cd = _mm256_packs_epi32(where_at_least(c, bound), where_at_least(d, bound));
    // Packing takes four lanes of each in turn.
    const I all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(ab, cd), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    return static_cast<uint32_t>(_mm256_movemask_epi8(all));
  }
  // How many lanes are >= bound, summed over vectors.
  using Tally = I;
  static Tally tally(Tally t, F v, F bound) {
    return _mm256_sub_epi32(t, where_at_least(v, bound));
  }
  static int64_t total(Tally t) {
    __m128i q = _mm_add_epi32(_mm256_castsi256_si128(t), _mm256_extracti128_si256(t, 1));
    q = _mm_add_epi32(q, _mm_shuffle_epi32(q, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(q, _mm_shuffle_epi32(q, 0xb1)));
  }

  static uint32_t greater(F a, F b) { return mask(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }

  // Keeps masked lanes of a list of (value, source) in place; may write kLanes elements.
  static int keep(uint32_t mask, const float* from_values, const int32_t* from_sources, float* values,
                  int32_t* sources) {
    const I order = _mm256_load_si256(reinterpret_cast<const I*>(kCompress.lanes[mask]));
    const F v = _mm256_loadu_ps(from_values);
    const I s = _mm256_loadu_si256(reinterpret_cast<const I*>(from_sources));
    _mm256_storeu_ps(values, _mm256_permutevar8x32_ps(v, order));
    _mm256_storeu_si256(reinterpret_cast<I*>(sources), _mm256_permutevar8x32_epi32(s, order));
    return __builtin_popcount(mask);
  }

  static void places(uint64_t word, int32_t first, int32_t* out) { places_in_eights(word, first, out); }

  // e^v for v <= 80: 2^(v log2(e)), as 2^n times a polynomial for the fraction (minimax of degree 5, 7e-8). With the
  // roundings the error is 3e-7, and |v| 2^-24 from the product; below v = -87 it stays at 2^-126, far under 2^-36.
  // All vectors step by step: a vector waits for each step, and meanwhile the others have work.
  template <int N> static void exp(F (&v)[N]) {
    F n[N], p[N];
    for (int i = 0; i < N; i++) v[i] = _mm256_max_ps(_mm256_mul_ps(v[i], set(1.44269504088896341f)), set(-126.0f));
    for (int i = 0; i < N; i++) n[i] = _mm256_round_ps(v[i], 8);
    for (int i = 0; i < N; i++) v[i] = _mm256_sub_ps(v[i], n[i]);
    for (int i = 0; i < N; i++) p[i] = _mm256_fmadd_ps(set(1.3353020186e-3f), v[i], set(9.6718985587e-3f));
    for (int i = 0; i < N; i++) p[i] = _mm256_fmadd_ps(p[i], v[i], set(5.5504478514e-2f));
    for (int i = 0; i < N; i++) p[i] = _mm256_fmadd_ps(p[i], v[i], set(2.4022229016e-1f));
    for (int i = 0; i < N; i++) p[i] = _mm256_fmadd_ps(p[i], v[i], set(6.9314724207e-1f));
    for (int i = 0; i < N; i++) p[i] = _mm256_fmadd_ps(p[i], v[i], set(1.0f));
    // p lies in [0.7, 1.5] and n in [-126, 116]: adding n to the exponent field multiplies by 2^n.
    for (int i = 0; i < N; i++) {
      const I exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(n[i]), 23);
      v[i] = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p[i]), exponent));
    }
  }

private:
  static I where_at_least(F v, F bound) { return _mm256_castps_si256(_mm256_cmp_ps(v, bound, _CMP_GE_OQ)); }
  static uint32_t mask(F v) { return static_cast<uint32_t>(_mm256_movemask_ps(v)); }
};

} // namespace
} // namespace reprise

// Sixteen float lanes in one AVX-512 register.
#pragma once
#include <immintrin.h>

#include "row_kernels.h"

namespace reprise {
namespace {

struct Vec {
  static constexpr int kLanes = 16;
  using F = __m512;
  using I = __m512i;

  static F set(float v) { return _mm512_set1_ps(v); }
  static I index(int32_t i) { return _mm512_set1_epi32(i); }

  static F load(const float* p) { return _mm512_loadu_ps(p); }
  static F load(const Half* p) { return widen_half(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
  static F load(const Brain* p) { return widen_brain(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }

  // The first n lanes from memory, the others `rest`.
  static F load_part(const float* p, int n, float rest) { return _mm512_mask_loadu_ps(set(rest), first(n), p); }
  static F load_part(const Half* p, int n, float rest) {
    return _mm512_mask_mov_ps(set(rest), first(n), widen_half(_mm256_maskz_loadu_epi16(first(n), p)));
  }
  static F load_part(const Brain* p, int n, float rest) {
    return _mm512_mask_mov_ps(set(rest), first(n), widen_brain(_mm256_maskz_loadu_epi16(first(n), p)));
  }
  static void store(float* p, F v) { _mm512_storeu_ps(p, v); }

  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  // Turns to NaN for good when v is NaN or infinite.
  static F absorb(F seen, F v) { return _mm512_fmadd_ps(v, _mm512_setzero_ps(), seen); }
  static bool any_nan(F seen) { return _mm512_cmp_ps_mask(seen, seen, _CMP_UNORD_Q) != 0; }

  // Where v > best: takes v, and notes `at`.
  static void keep_greater(F v, I at, F& best, I& index) {
    index = _mm512_mask_mov_epi32(index, _mm512_cmp_ps_mask(v, best, _CMP_GT_OQ), at);
    best = _mm512_max_ps(v, best);
  }
  // `index` where `best` equals `all`, else INT32_MAX.
  static I where_equal(F best, F all, I index) {
    return _mm512_mask_mov_epi32(_mm512_set1_epi32(INT32_MAX), _mm512_cmp_ps_mask(best, all, _CMP_EQ_OQ), index);
  }
  static int32_t reduce_min(I v) { return _mm512_reduce_min_epi32(v); }

  // A tree over halves: the order of a sum is ours, not the compiler's.
  static float reduce_max(F v) {
    __m256 h = _mm256_max_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_max_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_max_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_max_ss(q, _mm_movehdup_ps(q)));
  }
  static float reduce_add(F v) {
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
  }

  static uint32_t equal(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
  static uint32_t at_least(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
  // How many lanes are >= bound, summed over vectors.
  using Tally = int64_t;
  static Tally tally(Tally t, F v, F bound) { return t + __builtin_popcount(at_least(v, bound)); }
  static int64_t total(Tally t) { return t; }

  static uint32_t greater(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }

  // Writes the masked lanes and their positions (base + lane) without gaps; may write kLanes elements. Compressing
  // into a register and storing it whole: compressing straight to memory is microcoded on some processors.
  static int collect(F v, uint32_t mask, int32_t base, float* values, int32_t* sources) {
    const I lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __mmask16 m = static_cast<__mmask16>(mask);
    _mm512_storeu_ps(values, _mm512_maskz_compress_ps(m, v));
    _mm512_storeu_si512(sources, _mm512_maskz_compress_epi32(m, _mm512_add_epi32(lane, _mm512_set1_epi32(base))));
    return __builtin_popcount(mask);
  }
  // Keeps masked lanes of a list of (value, source) in place.
  static int keep(uint32_t mask, const float* from_values, const int32_t* from_sources, float* values,
                  int32_t* sources) {
    const __mmask16 m = static_cast<__mmask16>(mask);
    const F v = _mm512_loadu_ps(from_values);
    const I s = _mm512_loadu_si512(from_sources);
    _mm512_storeu_ps(values, _mm512_maskz_compress_ps(m, v));
    _mm512_storeu_si512(sources, _mm512_maskz_compress_epi32(m, s));
    return __builtin_popcount(mask);
  }

  // e^v for v <= 0: 2^(v log2(e)), as 2^n times a polynomial for the fraction (minimax of degree 5, 7e-8). With the
  // roundings the error is 3e-7, and |v| 2^-24 from the product; below v = -87 it stays at 2^-126, far under 2^-36.
  static F exp(F v) {
    v = _mm512_max_ps(_mm512_mul_ps(v, set(1.44269504088896341f)), set(-126.0f));
    const F n = _mm512_roundscale_ps(v, 8), r = _mm512_sub_ps(v, n);
    F p = set(1.3353020186e-3f);
    p = _mm512_fmadd_ps(p, r, set(9.6718985587e-3f));
    p = _mm512_fmadd_ps(p, r, set(5.5504478514e-2f));
    p = _mm512_fmadd_ps(p, r, set(2.4022229016e-1f));
    p = _mm512_fmadd_ps(p, r, set(6.9314724207e-1f));
    p = _mm512_fmadd_ps(p, r, set(1.0f));
    return _mm512_scalef_ps(p, n);
  }

private:
  static __mmask16 first(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
  static F widen_half(__m256i h) { return _mm512_cvtph_ps(h); }
  static F widen_brain(__m256i b) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(b), 16)); }
};

} // namespace
} // namespace reprise

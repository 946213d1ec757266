// Sixteen float lanes in one AVX-512 register.
#pragma once
#include <immintrin.h>

#include "places.h"
#include "row_kernels.h"

namespace reprise {
namespace {

#ifdef __AVX512VBMI2__
struct alignas(64) Places {
  uint8_t bytes[64]; // 0 to 63
  constexpr Places() : bytes() {
    for (int i = 0; i < 64; i++) bytes[i] = static_cast<uint8_t>(i);
  }
};
constexpr Places kPlaces;
#endif

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

  static float at(const float* p) { return *p; }
  template <class T> static float at(const T* p) { return _mm512_cvtss_f32(load_part(p, 1, 0)); }

  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F min(F a, F b) { return _mm512_min_ps(a, b); }
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
  static float reduce_min(F v) { return -reduce_max(sub(set(0), v)); }
  static float reduce_add(F v) {
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
  }

  static uint32_t equal(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
  static uint32_t at_least(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
  // The lanes of four vectors, in order.
  static uint64_t at_least(F a, F b, F c, F d, F bound) {
    const uint64_t ab = uint64_t{at_least(a, bound)} | uint64_t{at_least(b, bound)} << kLanes;
    const uint64_t cd = uint64_t{at_least(c, bound)} | uint64_t{at_least(d, bound)} << kLanes;
    return ab | cd << 2 * kLanes;
  }
  // How many lanes are >= bound, summed over vectors.
  using Tally = int64_t;
  static Tally tally(Tally t, F v, F bound) { return t + __builtin_popcount(at_least(v, bound)); }
  static int64_t total(Tally t) { return t; }

  static uint32_t greater(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }

  // Keeps masked lanes of a list of (value, source) in place; may write kLanes elements. Compressing into a register
  // and storing it whole: compressing straight to memory is microcoded on some processors.
  static int keep(uint32_t mask, const float* from_values, const int32_t* from_sources, float* values,
                  int32_t* sources) {
    const __mmask16 m = static_cast<__mmask16>(mask);
    const F v = _mm512_loadu_ps(from_values);
    const I s = _mm512_loadu_si512(from_sources);
    _mm512_storeu_ps(values, _mm512_maskz_compress_ps(m, v));
    _mm512_storeu_si512(sources, _mm512_maskz_compress_epi32(m, s));
    return __builtin_popcount(mask);
  }

  // out[i] = first + the place of the i-th set bit; may write kLanes elements past the last.
  static void places(uint64_t word, int32_t first, int32_t* out) {
#ifdef __AVX512VBMI2__
    alignas(64) uint8_t bytes[64];
    const I all = _mm512_maskz_compress_epi8(word, _mm512_load_si512(kPlaces.bytes)), start = index(first);
    _mm512_storeu_si512(out, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(all))));
    const int count = __builtin_popcountll(word);
    if (count <= kLanes) return; // nearly always
    _mm512_store_si512(bytes, all);
    for (int done = kLanes; done < count; done += kLanes) {
      const __m128i some = _mm_load_si128(reinterpret_cast<const __m128i*>(bytes + done));
      _mm512_storeu_si512(out + done, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(some)));
    }
#else
    places_in_eights(word, first, out);
#endif
  }

  // e^v: 2^(v log2(e)), as 2^n, n the whole part, times a polynomial for the fraction (minimax of degree 5, 7e-8). With
  // the roundings the error is 3e-7, and |v| 2^-24 from the product. 0 for -INFINITY. The scaling takes the whole part
  // of its exponent itself.
  template <int N> static void exp(F (&vectors)[N]) {
    for (F& v : vectors) {
      v = _mm512_mul_ps(v, set(1.44269504088896341f));
      const F r = _mm512_reduce_ps(v, 9);
      F p = set(1.8775766948e-3f);
      p = _mm512_fmadd_ps(p, r, set(8.9893396944e-3f));
      p = _mm512_fmadd_ps(p, r, set(5.5826317519e-2f));
      p = _mm512_fmadd_ps(p, r, set(2.4015361071e-1f));
      p = _mm512_fmadd_ps(p, r, set(6.9315308332e-1f));
      p = _mm512_fmadd_ps(p, r, set(9.9999994040e-1f));
      v = _mm512_scalef_ps(p, v);
    }
  }

private:
  static __mmask16 first(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
  static F widen_half(__m256i h) { return _mm512_cvtph_ps(h); }
  static F widen_brain(__m256i b) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(b), 16)); }
};

} // namespace
} // namespace reprise

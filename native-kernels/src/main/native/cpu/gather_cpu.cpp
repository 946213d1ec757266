// Gathering of images: threads claim runs of rows; every byte is read once and every float written once.
#include <algorithm>
#include <memory>
#include <new>

#include "../include/reprise_gather.h"
#include "row_claims.h"
#include "thread_pool.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace reprise {
namespace {

constexpr float kWhite = 255;
constexpr int64_t kLine = 64;            // bytes that come from memory together
constexpr int64_t kClaimValues = 64 << 10; // of one claim: 320 KB move
constexpr int64_t kClaimsPerHelper = 4;  // that make waking one worth its while

// Scales the n bytes of a row. Those of the row to come are fetched meanwhile: rows are drawn at random, and the
// processor cannot guess where the next one begins.
using ScaleRow = void (*)(const uint8_t* row, const uint8_t* next, int64_t n, float* result);

void scale_end(const uint8_t* row, int64_t from, int64_t n, float* result) {
  for (int64_t i = from; i < n; i++) result[i] = row[i] / kWhite;
}

void scale(const uint8_t* row, const uint8_t* next, int64_t n, float* result) {
  int64_t i = 0;
  for (; i + kLine <= n; i += kLine) {
    __builtin_prefetch(next + i);
    for (int64_t j = i; j < i + kLine; j++) result[j] = row[j] / kWhite;
  }
  scale_end(row, i, n, result);
}

#if defined(__x86_64__)
// A product with the reciprocal, corrected by what it leaves over: for each of the 256 bytes the quotient as a
// division rounds it, without the division's time. AVX-512 brings nothing more: memory is what is waited for.
template <bool past_caches>
__attribute__((target("avx2,fma"))) void scale_avx2(const uint8_t* row, const uint8_t* next, int64_t n,
                                                    float* result) {
  const __m256 white = _mm256_set1_ps(kWhite), reciprocal = _mm256_set1_ps(1 / kWhite);
  int64_t i = 0;
  for (; i + kLine <= n; i += kLine) {
    __builtin_prefetch(next + i);
    for (int64_t j = i; j < i + kLine; j += 8) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + j));
      const __m256 level = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
      const __m256 near = _mm256_mul_ps(level, reciprocal);
      const __m256 left = _mm256_fnmadd_ps(near, white, level);
      const __m256 quotient = _mm256_fmadd_ps(left, reciprocal, near);
      if (past_caches) {
        _mm256_stream_ps(result + j, quotient);
      } else {
        _mm256_storeu_ps(result + j, quotient);
      }
    }
  }
  scale_end(row, i, n, result);
  if (past_caches) _mm_sfence();
}

// A result that no cache can hold is written past them, so that its memory is not read first.
constexpr int64_t kStreamedBytes = 8 << 20;

bool can_stream(const float* result, int64_t values, int64_t count) {
  const bool aligned = reinterpret_cast<uintptr_t>(result) % 32 == 0 && values % 8 == 0;
  return aligned && values * count * static_cast<int64_t>(sizeof(float)) >= kStreamedBytes;
}
#endif

ScaleRow scale_for(int isa, const float* result, int64_t values, int64_t count) {
#if defined(__x86_64__)
  if (isa >= REPRISE_ISA_AVX2) return can_stream(result, values, count) ? scale_avx2<true> : scale_avx2<false>;
#endif
  (void)isa, (void)result, (void)values, (void)count;
  return scale;
}

class GatherJob final : public Job {
public:
  GatherJob(ScaleRow scale_row, const uint8_t* images, int64_t values, const int64_t* indices, int64_t count,
            float* result, int64_t claim)
      : scale_row_(scale_row), images_(images), values_(values), indices_(indices), count_(count), result_(result),
        claims_(count, claim) {}

  void take_part(int thread) noexcept override {
    for (RowClaims::Claim claim; claims_.claim(thread, claim);) {
      for (int64_t i = claim.begin; i < claim.end; i++) {
        if (i + kAhead < count_) find(row(i + kAhead));
        scale_row_(row(i), row(i + 1 < count_ ? i + 1 : i), values_, result_ + i * values_);
      }
    }
  }

private:
  static constexpr int64_t kAhead = 8; // rows

  const uint8_t* row(int64_t i) const { return images_ + indices_[i] * values_; }

  // Has a row's pages looked up: in a virtual machine that takes longer than its lines.
  void find(const uint8_t* row) const {
    __builtin_prefetch(row);
    __builtin_prefetch(row + values_ - 1);
  }

  const ScaleRow scale_row_;
  const uint8_t* const images_;
  const int64_t values_;
  const int64_t* const indices_;
  const int64_t count_;
  float* const result_;
  RowClaims claims_;
};

} // namespace
} // namespace reprise

extern "C" int reprise_cpu_gather(const uint8_t* images, int64_t stored, int64_t values, const int64_t* indices,
                                  int64_t count, float* result, int threads, int isa) {
  using namespace reprise;
  if (stored < 0 || values < 1 || count < 0 || threads < 0) return REPRISE_BAD_ARGUMENT;
  if (count == 0) return REPRISE_OK;
  if (images == nullptr || indices == nullptr || result == nullptr) return REPRISE_BAD_ARGUMENT;
  // What was checked is what is used, also where the caller's memory changes meanwhile.
  const std::unique_ptr<int64_t[]> checked(new (std::nothrow) int64_t[static_cast<size_t>(count)]);
  if (!checked) return REPRISE_NO_MEMORY;
  std::copy_n(indices, count, checked.get());
  for (int64_t i = 0; i < count; i++) {
    // One unsigned comparison covers indices below zero.
    if (static_cast<uint64_t>(checked[i]) >= static_cast<uint64_t>(stored)) return REPRISE_BAD_ARGUMENT;
  }
  const int best = reprise_cpu_best_isa();
  if (isa == REPRISE_ISA_AUTO) isa = best;
  if (isa < REPRISE_ISA_PORTABLE || isa > best) return REPRISE_NO_ISA;
  const int64_t claim = values < kClaimValues ? kClaimValues / values : 1;
  const int64_t helpers = (count + claim - 1) / claim / kClaimsPerHelper;
  const int64_t most = (threads == 0 ? processor_count() : threads) - 1;
  GatherJob job(scale_for(isa, result, values, count), images, values, checked.get(), count, result, claim);
  run_with_helpers(job, static_cast<int>(helpers < most ? helpers : most));
  return REPRISE_OK;
}

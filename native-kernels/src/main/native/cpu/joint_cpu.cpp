// Counting on CPUs: threads claim runs of rows, the row kernels of the chosen instruction set say what each row
// adds, and the sums go to the counts so that their value depends on no order.
#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <thread>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "../include/reprise_joint.h"
#include "row_claims.h"
#include "row_kernels.h"
#include "thread_pool.h"

namespace reprise {
namespace {

// Logits of one claim: at least enough to hide its cost. Up to eight times as many where each thread still has sixteen
// claims, so that the threads end together: what is fetched past the end of a claim is another thread's, and where the
// next one begins nothing has been fetched.
constexpr int64_t kClaimBytes = 128 << 10, kMostClaimBytes = 8 * kClaimBytes, kClaimsPerThread = 16;

int64_t bytes_of_claim(int64_t bytes, int threads) {
  return std::clamp(bytes / (kClaimsPerThread * threads), kClaimBytes, kMostClaimBytes);
}

// One lock for each 256th target label's row of the counts. A row of logits takes it once, for all its k additions:
// an atomic addition each would also keep cache misses from overlapping.
struct alignas(64) SpinLock {
  std::atomic<bool> held{false};

  void lock() noexcept {
    for (int tries = 0; held.exchange(true, std::memory_order_acquire); tries++) {
      while (held.load(std::memory_order_relaxed)) {
        if (++tries > 100) std::this_thread::yield(); // the holder may have lost its processor
      }
    }
  }
  void unlock() noexcept { held.store(false, std::memory_order_release); }
};
SpinLock stripes[256];

struct Batch {
  const char* logits;     // [rows, sources], rows row_bytes apart
  int64_t rows, sources, row_bytes;
  const int64_t* labels;  // [rows]
  int64_t targets, k;     // k == 0: argmax
  int64_t* counts;        // [targets, sources]
  int64_t* status;        // [REPRISE_STATUS_WORDS]
  int64_t first_row;
  ArgmaxRow argmax;
  TopKRow top_k;
};

// What one thread saw; merged into the caller's status when it leaves.
struct Findings {
  int64_t non_finite = 0, first_non_finite = INT64_MAX, bad_labels = 0, first_bad_label = INT64_MAX, overflows = 0;

  void non_finite_row(int64_t row) {
    non_finite++;
    if (row < first_non_finite) first_non_finite = row;
  }
  void bad_label(int64_t row) {
    bad_labels++;
    if (row < first_bad_label) first_bad_label = row;
  }
};

class CountJob final : public Job {
public:
  CountJob(const Batch& batch, int64_t claim_rows, int64_t label_classes)
      : batch_(batch), claims_(batch.rows, claim_rows, label_classes) {}

  void take_part(int thread) noexcept override {
    Findings found;
    if (batch_.k == 0) {
      take_argmax(thread, found);
    } else {
      take_top_k(thread, found);
    }
    merge(found);
  }

  // The first thread must have had its memory; a helper without stays out and the others do its work.
  bool out_of_memory() const { return claims_.are_left(); }

private:
  const char* row(int64_t i) const { return batch_.logits + i * batch_.row_bytes; }

  // One unsigned comparison covers labels below zero.
  bool label_fits(int64_t label) const {
    return static_cast<uint64_t>(label) < static_cast<uint64_t>(batch_.targets);
  }

  // Its claims are of one class: it adds to one cell a row, and reads rows as they lie.
  void take_argmax(int thread, Findings& found) {
    int64_t* cells[ClaimedRows::kMostRows];
    for (RowClaims::Claim claim; claims_.claim(thread, claim);) {
      int64_t n = 0;
      for (int64_t i = claim.begin; i < claim.end; i++) {
        const int64_t source = batch_.argmax(row(i), batch_.sources);
        const int64_t label = batch_.labels[i];
        if (source < 0) found.non_finite_row(batch_.first_row + i);
        if (!label_fits(label)) found.bad_label(batch_.first_row + i);
        if (source < 0 || !label_fits(label)) continue;
        cells[n] = batch_.counts + label * batch_.sources + source;
        __builtin_prefetch(cells[n], 1);
        n++;
      }
      add_ones(cells, n, found);
    }
  }

  // Atomic, as several threads may meet in a cell; equal neighbours cost one addition, so that a dominating source
  // label does not make the threads queue for one cache line.
  static void add_ones(int64_t* const* cells, int64_t n, Findings& found) {
    for (int64_t i = 0; i < n;) {
      int64_t same = 1;
      while (i + same < n && cells[i + same] == cells[i]) same++;
      const int64_t old = __atomic_fetch_add(cells[i], same, __ATOMIC_RELAXED);
      if (old > INT64_MAX - same) found.overflows++;
      i += same;
    }
  }

  void take_top_k(int thread, Findings& found) {
    const int64_t capacity = candidate_capacity(batch_.sources, batch_.k);
    // Two of each: a row's cells are fetched while the next row is worked on.
    const size_t room = static_cast<size_t>(capacity + kSlack), kept = static_cast<size_t>(batch_.k + kSlack);
    const std::unique_ptr<float[]> values(new (std::nothrow) float[room]);
    const std::unique_ptr<int32_t[]> sources(new (std::nothrow) int32_t[2 * room]);
    const std::unique_ptr<int64_t[]> fixed(new (std::nothrow) int64_t[2 * kept]);
    if (!values || !sources || !fixed) return;
    const Scratch scratch[2] = {{values.get(), sources.get(), fixed.get(), capacity},
                                {values.get(), sources.get() + room, fixed.get() + kept, capacity}};
    int now = 0;
    int64_t pending = -1; // label of the row in the other scratch
    ClaimedRows rows(claims_, thread, batch_.labels);
    for (int64_t i = rows.next(), following; i >= 0; i = following) {
      following = rows.next();
      const int64_t label = batch_.labels[i];
      const bool finite =
          batch_.top_k(row(i), row(following >= 0 ? following : i), batch_.sources, batch_.k, scratch[now]);
      if (pending >= 0) add_fixed(scratch[1 - now], pending, found);
      pending = -1;
      if (!finite) found.non_finite_row(batch_.first_row + i);
      if (!label_fits(label)) found.bad_label(batch_.first_row + i);
      if (!finite || !label_fits(label)) continue;
      fetch_cells(scratch[now], label);
      pending = label;
      now = 1 - now;
    }
    if (pending >= 0) add_fixed(scratch[1 - now], pending, found);
  }

  void fetch_cells(const Scratch& scratch, int64_t label) const {
    const int64_t* const cells = batch_.counts + label * batch_.sources;
    const int64_t n = batch_.k < 64 ? batch_.k : 64;
    for (int64_t i = 0; i < n; i++) __builtin_prefetch(cells + scratch.sources[i], 1);
  }

  void add_fixed(const Scratch& scratch, int64_t label, Findings& found) {
    int64_t* const cells = batch_.counts + label * batch_.sources;
    uint64_t wrapped = 0; // sign bit: a cell went from >= 0 to < 0
    SpinLock& stripe = stripes[label & 255];
    const std::lock_guard<SpinLock> lock(stripe);
    for (int64_t i = 0; i < batch_.k; i++) {
      int64_t* const cell = cells + scratch.sources[i];
      const uint64_t old = static_cast<uint64_t>(*cell);
      const uint64_t sum = old + static_cast<uint64_t>(scratch.fixed[i]);
      wrapped |= ~old & sum;
      *cell = static_cast<int64_t>(sum);
    }
    if (wrapped >> 63 != 0) found.overflows++;
  }

  void merge(const Findings& found) {
    int64_t* const s = batch_.status;
    if (found.non_finite == 0 && found.bad_labels == 0 && found.overflows == 0) return;
    const std::lock_guard<SpinLock> lock(status_lock_);
    s[REPRISE_NON_FINITE_ROWS] += found.non_finite;
    s[REPRISE_BAD_LABELS] += found.bad_labels;
    s[REPRISE_OVERFLOWS] += found.overflows;
    if (found.first_non_finite < s[REPRISE_FIRST_NON_FINITE_ROW])
      s[REPRISE_FIRST_NON_FINITE_ROW] = found.first_non_finite;
    if (found.first_bad_label < s[REPRISE_FIRST_BAD_LABEL_ROW]) s[REPRISE_FIRST_BAD_LABEL_ROW] = found.first_bad_label;
  }

  const Batch batch_;
  RowClaims claims_;
  SpinLock status_lock_;
};

class ReadJob final : public Job {
public:
  // run: elements of a claim
  ReadJob(ReadRun read, const float* data, int64_t count, int64_t run)
      : read_(read), data_(data), claims_(count, run) {}

  void take_part(int thread) noexcept override {
    float largest = 0;
    for (RowClaims::Claim claim; claims_.claim(thread, claim);) {
      const float m = read_(data_ + claim.begin, claim.end - claim.begin);
      largest = m > largest ? m : largest;
    }
    result_.store(largest, std::memory_order_relaxed);
  }

private:
  const ReadRun read_;
  const float* const data_;
  RowClaims claims_;
  std::atomic<float> result_{0};
};

#if defined(__x86_64__)
// Older versions of Clang do not know the name.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
// All that the variants are compiled for (the flags stand in the Makefile).
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("popcnt") && has_f16c();
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool has_avx512_vbmi2() { return has_avx512() && __builtin_cpu_supports("avx512vbmi2"); }
#else
bool has_avx2() { return false; }
bool has_avx512() { return false; }
bool has_avx512_vbmi2() { return false; }
#endif

// Claims that make waking a helper worth its while, some 10 microseconds: those of an argmax or a read are done in 3
// each, those of top-k in 20.
constexpr int64_t kClaimsPerHelper = 16, kTopKClaimsPerHelper = 2;

int helpers_for(int threads, int64_t claims, int64_t claims_per_helper) {
  const int64_t helpers = (threads == 0 ? processor_count() : threads) - 1, most = claims / claims_per_helper;
  return static_cast<int>(helpers < most ? helpers : most);
}

const RowKernels* kernels_for(int isa) {
  switch (isa) {
  case REPRISE_ISA_PORTABLE:
    return portable_kernels();
  case REPRISE_ISA_AVX2:
    return has_avx2() ? avx2_kernels() : nullptr;
  case REPRISE_ISA_AVX512:
    return has_avx512() ? avx512_kernels() : nullptr;
  case REPRISE_ISA_AVX512_VBMI2:
    return has_avx512_vbmi2() ? avx512_vbmi2_kernels() : nullptr;
  default:
    return nullptr;
  }
}

// From here on a batch comes from memory, not from a cache. On the processor measured (an AMD EPYC with AVX-512) loads
// of 32 bytes then bring a tenth more per second than loads of 64.
constexpr int64_t kStreamedBytes = 8 << 20;

// The kernels for work that only waits for memory.
const RowKernels* streaming_kernels_for(int isa, int64_t bytes) {
  const bool narrow = isa >= REPRISE_ISA_AVX512 && bytes >= kStreamedBytes && avx2_kernels() != nullptr;
  return kernels_for(narrow ? REPRISE_ISA_AVX2 : isa);
}

// Classes of labels for top-k. Where threads share a label, its rows' k lines of counts move from core to core; to pass
// over other classes' rows costs some of the bandwidth. It was seen to pay where k lines are at least half of a row's,
// and where logits come from a cache an eighth.
int64_t label_classes_for(int threads, int64_t targets, int64_t k, int64_t row_bytes, int64_t bytes) {
  constexpr int64_t kLine = 64;
  if ((bytes >= kStreamedBytes ? 2 : 8) * k * kLine < row_bytes) return 1;
  int64_t classes = 1;
  while (2 * classes <= std::min({int64_t{threads}, targets, RowClaims::kMostClasses})) classes *= 2;
  return classes;
}

} // namespace
} // namespace reprise

extern "C" int reprise_cpu_best_isa(void) {
  for (int isa = REPRISE_ISA_AVX512_VBMI2; isa > REPRISE_ISA_PORTABLE; isa--) {
    if (reprise::kernels_for(isa) != nullptr) return isa;
  }
  return REPRISE_ISA_PORTABLE;
}

extern "C" int reprise_cpu_read(const float* data, int64_t count, int threads, int isa) {
  using namespace reprise;
  if (count < 0 || threads < 0 || (data == nullptr && count > 0)) return REPRISE_BAD_ARGUMENT;
  const int64_t bytes = count * static_cast<int64_t>(sizeof(float));
  if (isa == REPRISE_ISA_AUTO) isa = reprise_cpu_best_isa();
  const RowKernels* const kernels = streaming_kernels_for(isa, bytes);
  if (kernels == nullptr) return REPRISE_NO_ISA;
  const int helpers = helpers_for(threads, bytes / kClaimBytes, kClaimsPerHelper);
  ReadJob job(kernels->read, data, count, bytes_of_claim(bytes, helpers + 1) / static_cast<int64_t>(sizeof(float)));
  run_with_helpers(job, helpers);
  return REPRISE_OK;
}

extern "C" int reprise_cpu_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                               const int64_t* labels, int64_t targets, int64_t k, int64_t* counts, int64_t* status,
                               int64_t first_row, int threads, int isa) {
  using namespace reprise;
  if (dtype < REPRISE_FLOAT32 || dtype > REPRISE_BFLOAT16 || rows < 0 || sources < 1 || sources > INT32_MAX - kBlock ||
      targets < 1 || k < 0 || k > sources || row_stride < 0 || threads < 0 || counts == nullptr || status == nullptr) {
    return REPRISE_BAD_ARGUMENT;
  }
  if (rows == 0) return REPRISE_OK;
  if (logits == nullptr || labels == nullptr) return REPRISE_BAD_ARGUMENT;
  if (isa == REPRISE_ISA_AUTO) isa = reprise_cpu_best_isa();
  const RowKernels* const kernels = kernels_for(isa);
  if (kernels == nullptr) return REPRISE_NO_ISA;

  const int64_t element_bytes = dtype == REPRISE_FLOAT32 ? 4 : 2, row_bytes = sources * element_bytes;
  const auto rows_of = [&](int64_t claim) { return std::clamp<int64_t>(claim / row_bytes, 1, ClaimedRows::kMostRows); };
  const int64_t claims = (rows + rows_of(kClaimBytes) - 1) / rows_of(kClaimBytes);
  const int helpers = helpers_for(threads, claims, k == 0 ? kClaimsPerHelper : kTopKClaimsPerHelper);
  const int64_t bytes = rows * row_bytes, classes = label_classes_for(helpers + 1, targets, k, row_bytes, bytes);
  const RowKernels* const streaming = streaming_kernels_for(isa, bytes);
  CountJob job({static_cast<const char*>(logits), rows, sources, row_stride * element_bytes, labels, targets, k, counts,
                status, first_row, streaming->argmax[dtype], kernels->top_k[dtype]},
               rows_of(classes * bytes_of_claim(bytes, helpers + 1)), classes);
  run_with_helpers(job, helpers);
  return job.out_of_memory() ? REPRISE_NO_MEMORY : REPRISE_OK;
}

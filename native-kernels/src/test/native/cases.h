// Cases and a plain oracle for the native checks.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "../../main/native/include/reprise_joint.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace check {

// How logits are drawn: normal, one source label that wins every row, one so far above its equal others that their
// exponentials would be lost one by one beside its own in float32, three values only (0 of both signs), all of a row
// equal, each part of a row above what came before it, or normal with NaN, infinities and labels out of range.
enum class Kind { kNormal, kHot, kConfident, kTies, kEqual, kRising, kBad };
constexpr int kKinds = static_cast<int>(Kind::kBad) + 1;
constexpr float kTied[] = {-1.f, -0.f, 0.f, 1.f};

struct Case {
  int dtype;
  int64_t rows, sources, targets, k, stride, offset; // offset: elements before the first row
  Kind kind;
};

struct Data {
  std::vector<uint16_t> memory; // of the offset and the rows; float32 takes two
  size_t offset;                // in it
  std::vector<float> values;    // [rows, sources]
  std::vector<int64_t> labels;
  size_t bytes() const { return memory.size() * sizeof(uint16_t); }
  const void* logits() const { return memory.data() + offset; }
};

inline Data make(const Case& c, std::mt19937_64& random) {
  std::normal_distribution<float> normal(0.f, 2.f);
  const int units = c.dtype == REPRISE_FLOAT32 ? 2 : 1;
  Data d;
  d.offset = static_cast<size_t>(c.offset * units);
  // No element more than the last row needs, and none before the first row (below), so that a sanitizer sees what reads
  // further.
  if (c.rows > 0) d.memory.resize(d.offset + static_cast<size_t>(((c.rows - 1) * c.stride + c.sources) * units));
  const int64_t hot = static_cast<int64_t>(random() % static_cast<uint64_t>(c.sources));
  for (int64_t i = 0; i < c.rows; i++) {
    d.labels.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(c.targets)));
    const bool bad = c.kind == Kind::kBad;
    const float equal = normal(random);
    if (bad && i % 7 == 3) d.labels.back() = i % 2 == 0 ? -1 : c.targets;
    for (int64_t s = 0; s < c.sources; s++) {
      float v = c.kind == Kind::kHot && s == hot ? 20.f
                : c.kind == Kind::kConfident     ? (s == hot ? 18.375f : 0.f)
                : c.kind == Kind::kTies          ? kTied[random() % 4]
                : c.kind == Kind::kEqual         ? equal
                : c.kind == Kind::kRising        ? 0.01f * static_cast<float>(s) + normal(random)
                                                 : normal(random);
      if (bad && i % 5 == 2 && s == i % c.sources) v = i % 2 == 0 ? NAN : -INFINITY;
      uint32_t b;
      memcpy(&b, &v, 4);
      const size_t at = d.offset + static_cast<size_t>((i * c.stride + s) * units);
      if (c.dtype == REPRISE_FLOAT32) {
        memcpy(&d.memory[at], &b, 4);
      } else if (c.dtype == REPRISE_BFLOAT16) {
        b &= 0xffff0000u;
        d.memory[at] = static_cast<uint16_t>(b >> 16);
      } else { // truncated; what is too small becomes 0
        const int32_t e = static_cast<int32_t>((b & 0x7fffffff) >> 13) - (112 << 10);
        const uint32_t m = !isfinite(v) ? 0x7c00u + (isnan(v) ? 1u : 0u) : e < 1024 ? 0u : static_cast<uint32_t>(e);
        d.memory[at] = static_cast<uint16_t>(m | (b >> 16 & 0x8000u));
        b = m == 0 ? 0 : isfinite(v) ? b & 0xffffe000u : b;
      }
      memcpy(&v, &b, 4);
      d.values.push_back(v);
    }
  }
#if defined(__SANITIZE_ADDRESS__)
  if (c.rows > 0) ASAN_POISON_MEMORY_REGION(d.memory.data(), d.offset * sizeof(uint16_t));
#endif
  return d;
}

// What lies in the counts before a call: anything that leaves room for what is added.
inline std::vector<int64_t> poison(const Case& c, std::mt19937_64& random) {
  std::vector<int64_t> counts(static_cast<size_t>(c.sources * c.targets));
  for (int64_t& v : counts) v = static_cast<int64_t>(random() >> 4);
  return counts;
}

// What must be added to the counts; for sums in units of 2^-36, with the error that they may have.
struct Expected {
  std::vector<double> counts, error;
  int64_t status[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
};

inline Expected oracle(const Case& c, const Data& d) {
  Expected e;
  e.counts.resize(static_cast<size_t>(c.sources * c.targets));
  e.error.resize(e.counts.size());
  std::vector<int64_t> order(static_cast<size_t>(c.sources));
  for (int64_t i = 0; i < c.rows; i++) {
    const float* x = d.values.data() + i * c.sources;
    const int64_t label = d.labels[static_cast<size_t>(i)];
    const bool finite = std::all_of(x, x + c.sources, [](float v) { return isfinite(v); });
    const bool fits = label >= 0 && label < c.targets;
    if (!finite && e.status[REPRISE_NON_FINITE_ROWS]++ == 0) e.status[REPRISE_FIRST_NON_FINITE_ROW] = i;
    if (!fits && e.status[REPRISE_BAD_LABELS]++ == 0) e.status[REPRISE_FIRST_BAD_LABEL_ROW] = i;
    if (!finite || !fits) continue;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [x](int64_t a, int64_t b) { return x[a] > x[b]; });
    const double max = static_cast<double>(x[order[0]]);
    double sum = 0;
    for (int64_t s = 0; s < c.sources; s++) sum += exp(static_cast<double>(x[s]) - max);
    for (int64_t r = 0; r < std::max<int64_t>(c.k, 1); r++) {
      const int64_t s = order[static_cast<size_t>(r)];
      const size_t cell = static_cast<size_t>(label * c.sources + s);
      const double z = max - static_cast<double>(x[s]), p = exp(-z) / sum * 68719476736.0;
      e.counts[cell] += c.k == 0 ? 1 : p;
      e.error[cell] += c.k == 0 ? 0 : 0.5 + p * (1e-6 + z * 6e-8);
    }
  }
  return e;
}

// Counts and status of one call.
struct Counted {
  std::vector<int64_t> counts;
  int64_t status[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
};

// Whether a call that started from `before` left what the oracle says.
inline bool agrees(const Expected& e, const std::vector<int64_t>& before, const Counted& after) {
  if (memcmp(e.status, after.status, sizeof e.status) != 0) return false;
  for (size_t i = 0; i < before.size(); i++) {
    if (!(fabs(static_cast<double>(after.counts[i] - before[i]) - e.counts[i]) <= e.error[i])) return false;
  }
  return true;
}

// Whether two calls left the same: exactly for argmax, within the error of both for sums.
inline bool agree(const Expected& e, const Counted& a, const Counted& b) {
  for (size_t i = 0; i < e.error.size(); i++) {
    if (!(fabs(static_cast<double>(a.counts[i] - b.counts[i])) <= 2 * e.error[i])) return false;
  }
  return memcmp(a.status, b.status, sizeof a.status) == 0;
}

// Every type, KS, KT and k; kinds, strides, offsets and few rows take turns.
inline std::vector<Case> cases() {
  std::vector<Case> all;
  for (int dtype = 0; dtype < 3; dtype++) {
    for (int64_t sources : {1, 7, 10, 100, 1000, 1001, 2500, 8000, 32157, 65536}) {
      for (int64_t targets : {1, 2, 10, 397}) {
        for (int64_t k : {int64_t{0}, int64_t{1}, int64_t{15}, int64_t{59}, sources - 1, sources}) {
          if (k > sources || (k == sources - 1 && sources != 100) || (sources > 5000 && targets > 10)) continue;
          const int64_t n = static_cast<int64_t>(all.size()), rows = std::min<int64_t>(100, 30000 / sources);
          all.push_back({dtype, n % 11 == 0 ? 1 : std::max<int64_t>(2, rows), sources, targets, k, sources + n % 3,
                         n % 8, static_cast<Kind>(n % kKinds)});
        }
      }
    }
    for (int64_t k : {0, 15}) all.push_back({dtype, 0, 1000, 10, k, 1000, 0, Kind::kNormal});
  }
  return all;
}

// Every so many of them, from a random one on: "STEP" on the command line, where time is short.
inline std::vector<Case> cases(int argc, char** argv, std::mt19937_64& random) {
  const size_t step = argc > 1 ? static_cast<size_t>(std::max(1, atoi(argv[1]))) : 1;
  const std::vector<Case> all = cases();
  std::vector<Case> some;
  for (size_t i = random() % step; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

} // namespace check

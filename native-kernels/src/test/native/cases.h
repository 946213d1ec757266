// Cases and a plain oracle for the native checks.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "../../main/native/include/reprise_joint.h"

namespace check {

struct Case {
  int dtype;
  int64_t rows, sources, targets, k, stride;
  bool hot, ties, bad;
};

struct Data {
  std::vector<uint16_t> logits; // float32 takes two
  std::vector<float> values;    // [rows, sources]
  std::vector<int64_t> labels;
};

inline Data make(const Case& c, std::mt19937_64& random) {
  std::normal_distribution<float> normal(0.f, 2.f);
  const int units = c.dtype == REPRISE_FLOAT32 ? 2 : 1;
  Data d;
  // No element more than the last row needs, so that a sanitizer sees what reads further.
  d.logits.resize(static_cast<size_t>(((c.rows - 1) * c.stride + c.sources) * units));
  const int64_t hot = static_cast<int64_t>(random() % static_cast<uint64_t>(c.sources));
  for (int64_t i = 0; i < c.rows; i++) {
    d.labels.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(c.targets)));
    if (c.bad && i % 7 == 3) d.labels.back() = i % 2 == 0 ? -1 : c.targets;
    for (int64_t s = 0; s < c.sources; s++) {
      float v = c.hot && s == hot ? 20.f : c.ties ? static_cast<float>(static_cast<int>(random() % 3)) : normal(random);
      if (c.bad && i % 5 == 2 && s == i % c.sources) v = i % 2 == 0 ? NAN : -INFINITY;
      uint32_t b;
      memcpy(&b, &v, 4);
      const size_t at = static_cast<size_t>((i * c.stride + s) * units);
      if (c.dtype == REPRISE_FLOAT32) {
        memcpy(&d.logits[at], &b, 4);
      } else if (c.dtype == REPRISE_BFLOAT16) {
        b &= 0xffff0000u;
        d.logits[at] = static_cast<uint16_t>(b >> 16);
      } else { // truncated; what is too small becomes 0
        const int32_t e = static_cast<int32_t>((b & 0x7fffffff) >> 13) - (112 << 10);
        const uint32_t m = !isfinite(v) ? 0x7c00u + (isnan(v) ? 1u : 0u) : e < 1024 ? 0u : static_cast<uint32_t>(e);
        d.logits[at] = static_cast<uint16_t>(m | (b >> 16 & 0x8000u));
        b = m == 0 ? 0 : isfinite(v) ? b & 0xffffe000u : b;
      }
      memcpy(&v, &b, 4);
      d.values.push_back(v);
    }
  }
  return d;
}

// Adds what must be counted; for sums in units of 2^-36, with the error that they may have.
inline void oracle(const Case& c, const Data& d, std::vector<double>& counts, std::vector<double>& error,
                   int64_t* status) {
  std::vector<int64_t> order(static_cast<size_t>(c.sources));
  for (int64_t i = 0; i < c.rows; i++) {
    const float* x = d.values.data() + i * c.sources;
    const int64_t label = d.labels[static_cast<size_t>(i)];
    const bool finite = std::all_of(x, x + c.sources, [](float v) { return isfinite(v); });
    const bool fits = label >= 0 && label < c.targets;
    if (!finite && status[REPRISE_NON_FINITE_ROWS]++ == 0) status[REPRISE_FIRST_NON_FINITE_ROW] = i;
    if (!fits && status[REPRISE_BAD_LABELS]++ == 0) status[REPRISE_FIRST_BAD_LABEL_ROW] = i;
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
      counts[cell] += c.k == 0 ? 1 : p;
      error[cell] += c.k == 0 ? 0 : 0.5 + p * (2e-6 + z * 6e-8);
    }
  }
}

// Whether counts, which started from `before`, and status are what the oracle says.
inline bool agrees(const Case& c, const Data& d, const std::vector<int64_t>& before, const std::vector<int64_t>& after,
                   const int64_t* status) {
  std::vector<double> counts(before.size()), error(before.size());
  int64_t wanted[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
  oracle(c, d, counts, error, wanted);
  if (memcmp(wanted, status, sizeof wanted) != 0) return false;
  for (size_t i = 0; i < before.size(); i++) {
    if (!(fabs(static_cast<double>(after[i] - before[i]) - counts[i]) <= error[i])) return false;
  }
  return true;
}

inline std::vector<Case> cases() {
  std::vector<Case> all;
  for (int dtype = 0; dtype < 3; dtype++) {
    for (int64_t sources : {1, 7, 10, 1000, 1001, 2500, 32157}) {
      for (int64_t targets : {1, 10, 397}) {
        for (int64_t k : {int64_t{0}, int64_t{1}, int64_t{15}, int64_t{59}, sources}) {
          if (k > sources || (sources > 5000 && targets > 10)) continue;
          const int64_t rows = std::max<int64_t>(2, std::min<int64_t>(100, 30000 / sources));
          const int kind = static_cast<int>((k + targets + sources) % 4);
          all.push_back({dtype, rows, sources, targets, k, sources + kind % 3, kind == 1, kind == 2, kind == 3});
        }
      }
    }
  }
  return all;
}

} // namespace check

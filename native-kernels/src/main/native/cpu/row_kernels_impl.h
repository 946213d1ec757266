// The row kernels over a vector type Vec; included once by each row_kernels_<isa>.cpp after its vec_<isa>.h.
// Everything lives in an unnamed namespace and uses no standard template: a shared inline function compiled with
// AVX-512 could be the copy that the linker keeps for every processor.
#pragma once
#include <float.h>
#include <math.h>
#include <string.h>

#include "../include/reprise_joint.h"

namespace reprise {
namespace {

using F = Vec::F;
constexpr int L = Vec::kLanes;

// The vector at x, of which only the first `left` elements may be read: -FLT_MAX is neutral to a maximum, and finite.
template <class T> F part(const T* x, int64_t left) {
  return left >= L ? Vec::load(x) : Vec::load_part(x, static_cast<int>(left), -FLT_MAX);
}

// Whether a vector has been seen whose lanes were not all finite.
using Seen = F;

// Maximum of x[0, n), n <= kBlock.
template <class T> float block_max(const T* x, int64_t n, Seen& seen) {
  F m0 = Vec::set(-FLT_MAX), m1 = m0, m2 = m0, m3 = m0;
  Seen s0 = seen, s1 = seen;
  int64_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    const F x0 = Vec::load(x + i), x1 = Vec::load(x + i + L), x2 = Vec::load(x + i + 2 * L),
            x3 = Vec::load(x + i + 3 * L);
    m0 = Vec::max(m0, x0);
    m1 = Vec::max(m1, x1);
    m2 = Vec::max(m2, x2);
    m3 = Vec::max(m3, x3);
    s0 = Vec::absorb(s0, x0);
    s1 = Vec::absorb(s1, x1);
    s0 = Vec::absorb(s0, x2);
    s1 = Vec::absorb(s1, x3);
  }
  for (; i < n; i += L) {
    const F v = part(x + i, n - i);
    m0 = Vec::max(m0, v);
    s0 = Vec::absorb(s0, v);
  }
  seen = Vec::add(s0, s1);
  return Vec::reduce_max(Vec::max(Vec::max(m0, m1), Vec::max(m2, m3)));
}

constexpr size_t kAhead = 2048; // bytes that argmax fetches ahead of its loads, into the next rows too

// Four vectors at a time: each lane keeps the largest element it saw and the first group of four that held it. The
// first group of all that holds the row's maximum is then searched for the place, so that a row needs no second pass
// and no branch that depends on its numbers.
template <class T> int64_t argmax_row(const void* row, int64_t sources) {
  const T* x = static_cast<const T*>(row);
  constexpr int64_t kGroup = 4 * L;
  F best = Vec::set(-FLT_MAX); // a lane whose elements all equal it keeps group 0, where they begin
  Vec::I group = Vec::index(0);
  Seen s0 = Vec::set(0), s1 = s0;
  int64_t i = 0;
  for (; i + kGroup <= sources; i += kGroup) {
    const F x0 = Vec::load(x + i), x1 = Vec::load(x + i + L), x2 = Vec::load(x + i + 2 * L),
            x3 = Vec::load(x + i + 3 * L);
    for (size_t line = 0; line < kGroup * sizeof(T); line += 64)
      __builtin_prefetch(reinterpret_cast<const char*>(x + i) + kAhead + line);
    Vec::keep_greater(Vec::max(Vec::max(x0, x1), Vec::max(x2, x3)), Vec::index(static_cast<int32_t>(i)), best, group);
    s0 = Vec::absorb(s0, x0);
    s1 = Vec::absorb(s1, x1);
    s0 = Vec::absorb(s0, x2);
    s1 = Vec::absorb(s1, x3);
  }
  if (i < sources) {
    F rest = Vec::set(-FLT_MAX);
    for (int64_t b = i; b < sources; b += L) {
      const F v = part(x + b, sources - b);
      rest = Vec::max(rest, v);
      s0 = Vec::absorb(s0, v);
    }
    Vec::keep_greater(rest, Vec::index(static_cast<int32_t>(i)), best, group);
  }
  if (Vec::any_nan(Vec::add(s0, s1))) return -1;
  const F all = Vec::set(Vec::reduce_max(best));
  const int64_t first = Vec::reduce_min(Vec::where_equal(best, all, group));
  const int64_t n = sources - first < kGroup ? sources - first : kGroup;
  uint64_t places = 0;
  for (int64_t b = 0; b < n; b += L) places |= uint64_t{Vec::equal(part(x + first + b, n - b), all)} << b;
  return first + __builtin_ctzll(places); // the filling of the last vector lies behind the maximum, even if it equals it
}

// A float's place in the order of all floats, and back; -0.0 comes just before 0.0.
int64_t rank_of(float v) {
  int32_t b;
  memcpy(&b, &v, sizeof b);
  return b >= 0 ? b : -1 - static_cast<int64_t>(b & 0x7fffffff);
}
float at_rank(int64_t rank) {
  const uint32_t b = rank >= 0 ? static_cast<uint32_t>(rank) : 0x80000000u | static_cast<uint32_t>(-1 - rank);
  float v;
  memcpy(&v, &b, sizeof v);
  return v;
}

// How many of v[0, n) are >= bound; v is filled up to whole vectors with -INFINITY.
int64_t count_at_least(const float* v, int64_t n, float bound) {
  const F b = Vec::set(bound);
  Vec::Tally count{};
  for (int64_t i = 0; i < n; i += L) count = Vec::tally(count, Vec::load(v + i), b);
  return Vec::total(count);
}

// Fills v[n, whole vectors) so that no comparison counts it.
void pad(float* v, int64_t n) {
  for (int64_t i = n; i % L != 0; i++) v[i] = -INFINITY;
}

// What belongs to the k largest: everything above `bound`, and of its equals the first `equals`.
struct Cut {
  float bound;
  int64_t equals;
};

// Bisects between low (no more than the k-th largest) and high (no less than the largest) for the k largest of
// v[0, n), n > k; stops as soon as a bound leaves between k and k + spare elements. `lower` keeps that many as they
// are: a bound from below instead of an exact cut.
Cut cut_at_kth(const float* v, int64_t n, int64_t k, int64_t spare, float low, float high) {
  int64_t lo = rank_of(low), hi = rank_of(high) + 1, above = 0; // count(lo) >= k > above == count(hi)
  while (hi - lo > 1) {
    const int64_t mid = lo + (hi - lo) / 2;
    const int64_t count = count_at_least(v, n, at_rank(mid));
    if (count >= k) {
      lo = mid;
      if (count <= k + spare) return {at_rank(lo), count};
    } else {
      hi = mid;
      above = count;
    }
  }
  return {at_rank(lo), k - above};
}

// Drops from scratch's list of n candidates, which is ordered by source label, all but the k largest; of the equals
// at the cut the first stay. Returns the cut value.
float prune(const Scratch& scratch, int64_t n, int64_t k, float low, float high) {
  float* values = scratch.values;
  int32_t* sources = scratch.sources;
  pad(values, n);
  const Cut cut = cut_at_kth(values, n, k, 0, low, high);
  const F bound = Vec::set(cut.bound);
  int64_t kept = 0, equals = cut.equals;
  for (int64_t i = 0; i < n; i += L) {
    const F v = Vec::load(values + i);
    uint32_t mask = Vec::greater(v, bound);
    uint32_t same = Vec::equal(v, bound);
    for (; same != 0 && equals > 0; same &= same - 1, equals--) mask |= same & (0u - same);
    kept += Vec::keep(mask, values + i, sources + i, values + kept, sources + kept);
  }
  return cut.bound;
}

// Maximum of x[0, n), n <= kBlock, and of its kGroups strided groups; a group without elements gets -FLT_MAX.
template <class T> float group_maxima(const T* x, int64_t n, float* groups, Seen& seen) {
  constexpr int kVectors = static_cast<int>(kGroups) / L;
  F m[kVectors];
  for (int g = 0; g < kVectors; g++) m[g] = Vec::set(-FLT_MAX);
  Seen s0 = seen, s1 = seen;
  int64_t i = 0;
  for (; i + kGroups <= n; i += kGroups) {
    for (int g = 0; g < kVectors; g += 2) {
      const F x0 = Vec::load(x + i + g * L), x1 = Vec::load(x + i + g * L + L);
      m[g] = Vec::max(m[g], x0);
      m[g + 1] = Vec::max(m[g + 1], x1);
      s0 = Vec::absorb(s0, x0);
      s1 = Vec::absorb(s1, x1);
    }
  }
  for (int g = 0; i < n; i += L, g++) {
    const F v = part(x + i, n - i);
    m[g] = Vec::max(m[g], v);
    s0 = Vec::absorb(s0, v);
  }
  seen = Vec::add(s0, s1);
  F all = m[0];
  for (int g = 0; g < kVectors; g++) {
    all = Vec::max(all, m[g]);
    Vec::store(groups + g * L, m[g]);
  }
  return Vec::reduce_max(all);
}

float least(const float* v, int64_t n) {
  float m = v[0];
  for (int64_t i = 1; i < n; i++) m = v[i] < m ? v[i] : m;
  return m;
}

// Where a row's candidates and the sum of its exponentials stand.
struct RowState {
  double sum = 0;      // of e^(x - max)
  float max = -FLT_MAX;
  float bound = -FLT_MAX; // candidates are >= bound, or > bound once the list has been pruned
  bool strict = false;
  int64_t candidates = 0;
};

// Adds the exponentials of x[0, n) to state.sum and collects candidates; fetches as many bytes at `next` meanwhile:
// this pass computes on cached data, so that memory would otherwise idle.
template <class T>
void sum_and_collect(const T* x, int64_t n, int64_t base, const char* next, const Scratch& scratch, RowState& state) {
  const F max = Vec::set(state.max);
  // x > bound is x >= the float after it; bound is finite and below the maximum's successor.
  const F bound = Vec::set(state.strict ? at_rank(rank_of(state.bound == 0 ? 0.0f : state.bound) + 1) : state.bound);
  F s0 = Vec::set(0), s1 = s0, s2 = s0, s3 = s0;
  int64_t c = state.candidates, i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    for (size_t line = 0; line < 4 * L * sizeof(T); line += 64)
      __builtin_prefetch(next + static_cast<size_t>(i) * sizeof(T) + line);
    const F x0 = Vec::load(x + i), x1 = Vec::load(x + i + L), x2 = Vec::load(x + i + 2 * L),
            x3 = Vec::load(x + i + 3 * L);
    s0 = Vec::add(s0, Vec::exp(Vec::sub(x0, max)));
    s1 = Vec::add(s1, Vec::exp(Vec::sub(x1, max)));
    s2 = Vec::add(s2, Vec::exp(Vec::sub(x2, max)));
    s3 = Vec::add(s3, Vec::exp(Vec::sub(x3, max)));
    if (Vec::at_least(Vec::max(Vec::max(x0, x1), Vec::max(x2, x3)), bound) == 0) continue;
    const int32_t at = static_cast<int32_t>(base + i);
    const F xs[] = {x0, x1, x2, x3};
    for (int v = 0; v < 4; v++)
      c += Vec::collect(xs[v], Vec::at_least(xs[v], bound), at + v * L, scratch.values + c, scratch.sources + c);
  }
  for (; i < n; i += L) {
    const int left = static_cast<int>(n - i < L ? n - i : L);
    // -INFINITY adds nothing to the sum, whatever the maximum is.
    const F v = left == L ? Vec::load(x + i) : Vec::load_part(x + i, left, -INFINITY);
    const uint32_t valid = static_cast<uint32_t>((1ull << left) - 1);
    s0 = Vec::add(s0, Vec::exp(Vec::sub(v, max)));
    c += Vec::collect(v, Vec::at_least(v, bound) & valid, static_cast<int32_t>(base + i), scratch.values + c,
                      scratch.sources + c);
  }
  state.sum += static_cast<double>(Vec::reduce_add(Vec::add(Vec::add(s0, s1), Vec::add(s2, s3))));
  state.candidates = c;
}

// scratch.values[0, k) to probabilities in units of 2^-36.
void to_fixed(const Scratch& scratch, int64_t k, const RowState& state) {
  const F max = Vec::set(state.max);
  pad(scratch.values, k); // what lies behind is left over from other rows
  for (int64_t i = 0; i < k; i += L)
    Vec::store(scratch.values + i, Vec::exp(Vec::sub(Vec::load(scratch.values + i), max)));
  const double scale = static_cast<double>(int64_t{1} << REPRISE_FRACTION_BITS) / state.sum;
  for (int64_t i = 0; i < k; i++) {
    // Adding 1.5 * 2^52 leaves the integer nearest to a product below 2^51 in the low bits.
    const double shifted = static_cast<double>(scratch.values[i]) * scale + 6755399441055744.0;
    int64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    scratch.fixed[i] = bits - 0x4338000000000000;
  }
}

// One pass over memory: each block is read once, its exponentials are summed against the maximum so far (the sum is
// rescaled when that rises), and what can still be among the k largest is collected.
template <class T>
bool top_k_row(const void* row, const void* next_row, int64_t sources, int64_t k, const Scratch& scratch) {
  const T* x = static_cast<const T*>(row);
  RowState state;
  Seen seen = Vec::set(0);
  for (int64_t b = 0; b < sources; b += kBlock) {
    const int64_t n = sources - b < kBlock ? sources - b : kBlock;
    float m;
    if (b == 0 && k <= kGroups && k < n) {
      float groups[kGroups];
      m = group_maxima(x, n, groups, seen);
      if (!Vec::any_nan(seen)) {
        // k groups hold an element each that is >= the k-th largest maximum: nothing below it is among the k largest.
        // Some more than k are near enough: they cost less than finding a closer bound.
        state.bound = cut_at_kth(groups, kGroups, k, k / 8 + 6, least(groups, kGroups), m).bound;
      }
    } else {
      m = block_max(x + b, n, seen);
    }
    if (Vec::any_nan(seen)) return false;
    if (m > state.max) {
      if (b != 0) state.sum *= ::exp(static_cast<double>(state.max) - static_cast<double>(m));
      state.max = m;
    }
    const void* next = b + n < sources ? static_cast<const void*>(x + b + n) : next_row;
    sum_and_collect(x + b, n, b, static_cast<const char*>(next), scratch, state);
    // Room for one more block must be left; what comes later loses against equals, hence > instead of >=.
    if (state.candidates > k && (state.candidates + kBlock > scratch.capacity || b + n >= sources)) {
      state.bound = prune(scratch, state.candidates, k, state.bound, state.max);
      state.strict = true;
      state.candidates = k;
    }
  }
  to_fixed(scratch, k, state);
  return true;
}

float read_run(const float* x, int64_t n) {
  F m0 = Vec::set(-FLT_MAX), m1 = m0, m2 = m0, m3 = m0;
  int64_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    m0 = Vec::max(m0, Vec::load(x + i));
    m1 = Vec::max(m1, Vec::load(x + i + L));
    m2 = Vec::max(m2, Vec::load(x + i + 2 * L));
    m3 = Vec::max(m3, Vec::load(x + i + 3 * L));
  }
  float m = Vec::reduce_max(Vec::max(Vec::max(m0, m1), Vec::max(m2, m3)));
  for (; i < n; i++) m = m > x[i] ? m : x[i];
  return m;
}

const RowKernels kKernels = {read_run,
                             {argmax_row<float>, argmax_row<Half>, argmax_row<Brain>},
                             {top_k_row<float>, top_k_row<Half>, top_k_row<Brain>}};

} // namespace
} // namespace reprise

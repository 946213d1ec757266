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

// Maximum of x[0, n), n <= kBlock. Four of each, or an operation would wait for the one before it.
template <class T> float block_max(const T* x, int64_t n, Seen& seen) {
  F m0 = Vec::set(-FLT_MAX), m1 = m0, m2 = m0, m3 = m0;
  Seen s0 = seen, s1 = seen, s2 = seen, s3 = seen;
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
    s2 = Vec::absorb(s2, x2);
    s3 = Vec::absorb(s3, x3);
  }
  for (; i < n; i += L) {
    const F v = part(x + i, n - i);
    m0 = Vec::max(m0, v);
    s0 = Vec::absorb(s0, v);
  }
  seen = Vec::add(Vec::add(s0, s1), Vec::add(s2, s3));
  return Vec::reduce_max(Vec::max(Vec::max(m0, m1), Vec::max(m2, m3)));
}

// Memory is found by pages. Processors fetch ahead of loads by themselves, but not into a page that they would have to
// look up first, least of all in a virtual machine, where that takes two walks of tables.
constexpr size_t kPage = 4096;

// Has a page looked up in time for loads that have come to `at`.
void find_page_ahead(const void* at) { __builtin_prefetch(static_cast<const char*>(at) + 4 * kPage); }

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
    if (static_cast<size_t>(i) * sizeof(T) % kPage == 0) find_page_ahead(x + i);
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
// v[0, n), n > k; stops as soon as a bound leaves between k and k + spare elements, and then keeps them all: with a
// spare it gives a bound from below, not the exact cut.
// Two loops, as one that chooses between values and ranks at each step takes 2 to 4 % more of a row's time.
Cut cut_at_kth(const float* v, int64_t n, int64_t k, int64_t spare, float low, float high) {
  // First halfway between values, which soon separates numbers of one size: count(low) >= k > above == count(high),
  // but for the largest itself, which may be all there is.
  constexpr int kHalvings = 12;
  int64_t above = 0, beyond = 1;
  for (int step = 0; step < kHalvings; step++) {
    const float mid = 0.5f * low + 0.5f * high;
    if (!(low < mid && mid < high)) break;
    const int64_t count = count_at_least(v, n, mid);
    if (count >= k) {
      low = mid;
      if (count <= k + spare) return {low, count};
    } else {
      high = mid;
      above = count;
      beyond = 0;
    }
  }
  // Then halfway between ranks, which ends after 32 whatever the numbers are.
  int64_t lo = rank_of(low), hi = rank_of(high) + beyond; // count(lo) >= k > above == count(hi)
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

// Largest and smallest of a block's group maxima.
struct Range {
  float least, most;
};

// Maxima of the kGroups strided groups of x[0, n), kGroups <= n <= kBlock. Fetches one line in four of the row at
// `next`, if it is not null: so many come without anything waiting, and its page is known when look_at fetches the rest.
template <class T> Range group_maxima(const T* x, int64_t n, const char* next, float* groups, Seen& seen) {
  constexpr int kVectors = static_cast<int>(kGroups) / L;
  F m[kVectors];
  for (int g = 0; g < kVectors; g++) m[g] = Vec::set(-FLT_MAX);
  Seen s[4] = {seen, seen, seen, seen};
  int64_t i = 0;
  for (; i + kGroups <= n; i += kGroups) {
    for (size_t line = 192; next != nullptr && line < kGroups * sizeof(T); line += 256)
      __builtin_prefetch(next + static_cast<size_t>(i) * sizeof(T) + line);
    for (int g = 0; g < kVectors; g++) {
      const F v = Vec::load(x + i + g * L);
      m[g] = Vec::max(m[g], v);
      s[g % 4] = Vec::absorb(s[g % 4], v);
    }
  }
  for (int g = 0; i < n; i += L, g++) {
    const F v = part(x + i, n - i);
    m[g] = Vec::max(m[g], v);
    s[0] = Vec::absorb(s[0], v);
  }
  seen = Vec::add(Vec::add(s[0], s[1]), Vec::add(s[2], s[3]));
  F least = m[0], most = m[0];
  for (int g = 0; g < kVectors; g++) {
    least = Vec::min(least, m[g]);
    most = Vec::max(most, m[g]);
    Vec::store(groups + g * L, m[g]);
  }
  return {Vec::reduce_min(least), Vec::reduce_max(most)};
}

// Where a row's candidates and the sum of its exponentials stand.
struct RowState {
  float max = -FLT_MAX;    // so far
  float origin = -FLT_MAX; // exponentials are e^(x - origin); not more than kHeadroom below the maximum
  double sum = 0;
  float bound = -FLT_MAX; // candidates are >= bound, or > bound once the list has been pruned
  bool strict = false;
  int64_t candidates = 0;
};

// What later elements may exceed the origin by: so little that e^(x - origin) is as exact as if they did not.
constexpr float kHeadroom = 4;

// So many elements have their places in one word; four vectors are looked at together.
constexpr int64_t kSpan = 64, kFour = 4 * L;

// What one look at a block tells.
struct Look {
  float sum; // of e^(x - origin)
  float max; // if asked for
  uint64_t at_least[kBlock / kSpan]; // for each kSpan elements those >= bound
};

F exp_of(F v) {
  F one[] = {v};
  Vec::exp(one);
  return one[0];
}

// Sum of v[0, n), n >= 1, in pairs: added to one after the other, the small ones would be lost beside a large one.
F add_in_pairs(F* v, int64_t n) {
  while (n > 1) {
    const int64_t half = (n + 1) / 2;
    for (int64_t i = 0; i < n - half; i++) v[i] = Vec::add(v[i], v[half + i]);
    n = half;
  }
  return v[0];
}

// Looks at x[0, n), n <= kBlock. Fetches as many bytes at `next` meanwhile, and has the page behind them looked up:
// this computes on cached data, so that memory would otherwise idle. kFirst: the block's maximum and whether it is
// finite are known already. AVX2 has few registers: hence what else four vectors are needed for comes before their
// exponentials, whose sums go to memory, and only one maximum and one test are carried on.
template <bool kFirst, class T>
void look_at(const T* x, int64_t n, const char* next, float origin_value, float bound_value, Seen& seen, Look& look) {
  const F origin = Vec::set(origin_value), bound = Vec::set(bound_value);
  F sums[kBlock / kFour], max = Vec::set(-FLT_MAX);
  Seen s = seen;
  if (!kFirst) __builtin_prefetch(next + kPage);
  for (int64_t w = 0; w < n; w += kSpan) {
    uint64_t word = 0;
    for (int64_t i = w; i < w + kSpan; i += kFour) {
      if (n - i < kFour) {
        if (i >= n) break;
        F sum = Vec::set(0);
        for (int64_t b = i; b < n; b += L) {
          const int64_t left = n - b;
          // -INFINITY adds nothing to the sum, whatever the origin is; and as no bound is as low, it is never marked.
          const F v = left >= L ? Vec::load(x + b) : Vec::load_part(x + b, static_cast<int>(left), -INFINITY);
          if (!kFirst) {
            max = Vec::max(max, v);
            s = Vec::absorb(s, part(x + b, left));
          }
          word |= uint64_t{Vec::at_least(v, bound)} << (b - w);
          sum = Vec::add(sum, exp_of(Vec::sub(v, origin)));
        }
        sums[i / kFour] = sum;
        break;
      }
      for (size_t line = 0; line < kFour * sizeof(T); line += 64)
        __builtin_prefetch(next + static_cast<size_t>(i) * sizeof(T) + line);
      const F x0 = Vec::load(x + i), x1 = Vec::load(x + i + L), x2 = Vec::load(x + i + 2 * L),
              x3 = Vec::load(x + i + 3 * L);
      if (!kFirst) {
        max = Vec::max(max, Vec::max(Vec::max(x0, x1), Vec::max(x2, x3)));
        s = Vec::absorb(Vec::absorb(Vec::absorb(Vec::absorb(s, x0), x1), x2), x3);
      }
      word |= Vec::at_least(x0, x1, x2, x3, bound) << (i - w);
      F e[] = {Vec::sub(x0, origin), Vec::sub(x1, origin), Vec::sub(x2, origin), Vec::sub(x3, origin)};
      Vec::exp(e);
      sums[i / kFour] = Vec::add(Vec::add(e[0], e[1]), Vec::add(e[2], e[3]));
    }
    look.at_least[w / kSpan] = word;
  }
  look.sum = Vec::reduce_add(add_in_pairs(sums, (n + kFour - 1) / kFour));
  look.max = Vec::reduce_max(max);
  seen = s;
}

// Appends the marked elements of x[0, n) to the candidates. Words without any are passed over without a branch for
// each: which they are depends on the numbers, and would be guessed wrongly.
template <class T>
int64_t list_marked(const T* x, int64_t n, int64_t base, const uint64_t* marked, const Scratch& scratch, int64_t c) {
  const int64_t before = c;
  uint32_t some = 0;
  for (int w = 0; w * kSpan < n; w++) some |= uint32_t{marked[w] != 0} << w;
  for (; some != 0; some &= some - 1) {
    const int w = __builtin_ctz(some);
    Vec::places(marked[w], static_cast<int32_t>(base + w * kSpan), scratch.sources + c);
    c += __builtin_popcountll(marked[w]);
  }
  for (int64_t i = before; i < c; i++) scratch.values[i] = Vec::at(x + (scratch.sources[i] - base));
  return c;
}

// The smallest value that the bound lets through. x > bound is x >= the float after it; bound is finite and below the
// maximum's successor.
float least_admitted(const RowState& state) {
  return state.strict ? at_rank(rank_of(state.bound == 0 ? 0.0f : state.bound) + 1) : state.bound;
}

// scratch.values[0, k) to probabilities in units of 2^-36.
void to_fixed(const Scratch& scratch, int64_t k, const RowState& state) {
  const F origin = Vec::set(state.origin);
  pad(scratch.values, k); // what lies behind is left over from other rows
  for (int64_t i = 0; i < k; i += L)
    Vec::store(scratch.values + i, exp_of(Vec::sub(Vec::load(scratch.values + i), origin)));
  const double scale = static_cast<double>(int64_t{1} << REPRISE_FRACTION_BITS) / state.sum;
  for (int64_t i = 0; i < k; i++) {
    // Adding 1.5 * 2^52 leaves the integer nearest to a product below 2^51 in the low bits.
    const double shifted = static_cast<double>(scratch.values[i]) * scale + 6755399441055744.0;
    int64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    scratch.fixed[i] = bits - 0x4338000000000000;
  }
}

// Looks at the first block for what the others are compared with: the origin of the exponentials and a lower bound of
// the k largest. False if it holds a NaN or an infinity.
template <class T> bool start_row(const T* x, int64_t n, const char* next, int64_t k, RowState& state) {
  Seen seen = Vec::set(0);
  if (k == 1 || k > kGroups || n <= kGroups) {
    state.max = state.origin = block_max(x, n, seen);
    if (k == 1) state.bound = state.max;
    return !Vec::any_nan(seen);
  }
  float groups[kGroups];
  const Range range = group_maxima(x, n, next, groups, seen);
  if (Vec::any_nan(seen)) return false;
  state.max = state.origin = range.most;
  // k groups hold an element each that is >= the k-th largest maximum: nothing below it is among the k largest. Some
  // more than k are near enough: they cost less than finding a closer bound.
  state.bound = k == kGroups ? range.least
                             : cut_at_kth(groups, kGroups, k, k / 8 + 6, range.least, range.most).bound;
  return true;
}

// One pass over memory: each block is read once, its exponentials are summed against the row's origin, and what can
// still be among the k largest is collected.
template <class T>
bool top_k_row(const void* row, const void* next_row, int64_t sources, int64_t k, const Scratch& scratch) {
  const T* x = static_cast<const T*>(row);
  RowState state;
  Look look;
  Seen seen = Vec::set(0);
  const char* const following = static_cast<const char*>(next_row);
  // The second block of a longer row lies where processors fetch by themselves.
  const bool one_block = sources <= kBlock;
  if (!start_row(x, one_block ? sources : kBlock, one_block ? following : nullptr, k, state)) return false;
  for (int64_t b = 0; b < sources; b += kBlock) {
    const int64_t n = sources - b < kBlock ? sources - b : kBlock;
    const char* const next = b + n < sources ? reinterpret_cast<const char*>(x + b + n) : following;
    const float admitted = least_admitted(state);
    if (b == 0) {
      look_at<true>(x, n, next, state.origin, admitted, seen, look);
    } else {
      look_at<false>(x + b, n, next, state.origin, admitted, seen, look);
      if (Vec::any_nan(seen)) return false;
      state.max = look.max > state.max ? look.max : state.max;
      if (look.max > state.origin + kHeadroom) {
        state.sum *= ::exp(static_cast<double>(state.origin) - static_cast<double>(look.max));
        state.origin = look.max;
        look_at<true>(x + b, n, next, state.origin, admitted, seen, look);
      }
    }
    state.sum += static_cast<double>(look.sum);
    state.candidates = list_marked(x + b, n, b, look.at_least, scratch, state.candidates);
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
    if (static_cast<size_t>(i) * sizeof(float) % kPage == 0) find_page_ahead(x + i);
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

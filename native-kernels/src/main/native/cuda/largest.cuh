// Which logits of a row are the k largest: a bound from below, the list of what reaches it, the exact cut.
#pragma once
#include "team.cuh"
#include "tile.cuh"

namespace {

// Group maxima per thread that bound the k-th largest logit from below.
constexpr int kGroups = 4;

// The smallest number that is larger.
__device__ inline float next_above(float v) { return at_order(order_of(v) + 1); }

// The k largest reach down to `value`, which `count` >= k elements reach; `above` reach more than it.
struct Bound {
  float value;
  unsigned count, above;
};

// Bisects between lo, which `count` >= k elements reach, and hi, which `above` < k do, until no more than k + spare reach
// the bound. The same in the whole team, as count_of(value) must be: how many elements are >= it. First between the values,
// which soon separates numbers of one size: `part` of the way up (the k-th of many is nearer the lower end), halfway
// once some lie above. After kHalvings steps halfway between their orders, which ends after 32 more for any numbers.
constexpr int kHalvings = 12;
template <class CountOf>
__device__ inline Bound bisect(float lo, float hi, unsigned count, unsigned above, unsigned k, unsigned spare, float part,
                               CountOf count_of) {
  Bound b = {lo, count, above};
  const auto narrow = [&](float mid) {
    const unsigned reached = count_of(mid);
    if (reached >= k) {
      b.value = mid;
      b.count = reached;
    } else {
      hi = mid;
      b.above = reached;
    }
  };
  for (int step = 0; b.count > k + spare && step < kHalvings; step++) {
    const float mid = b.value + (b.above == 0 ? part : 0.5f) * (hi - b.value);
    if (!(mid > b.value && mid < hi)) break;
    narrow(mid);
  }
  while (b.count > k + spare) {
    const unsigned from = order_of(b.value), to = order_of(hi);
    if (to - from == 1) break;
    narrow(at_order(from + (to - from) / 2));
  }
  return b;
}

// A value that at least k elements reach, and not many more, if they are spread evenly over the groups: as many as
// groups hold one that does. `lowest`, the smallest there is, where there are too few groups. `guess`, if it is above the
// smallest, is tried first, and where it is not good enough the search goes on from it; it becomes what may serve the next
// row.
template <int TEAM>
__device__ inline float bound_of(const Team<TEAM>& team, const float (&groups)[kGroups], unsigned k, float lowest,
                                 float& guess) {
  const auto count_of = [&](float value) {
    unsigned mine = 0;
#pragma unroll
    for (int g = 0; g < kGroups; g++) mine += groups[g] >= value ? 1 : 0;
    return team.add(mine);
  };
  const unsigned spare = k / 8 + 4;
  float lo = lowest, hi = guess;
  unsigned count = 0, above = 0;
  if (guess > lowest) {
    // Of five eighths of the groups, about as many elements as there are groups reach it.
    constexpr unsigned kMost = 5 * TEAM * kGroups / 8;
    const unsigned reached = count_of(guess), wide = 2 * k + 16 < kMost ? 2 * k + 16 : kMost;
    if (reached >= k && (reached <= k + spare || reached <= wide)) return guess;
    if (reached >= k) {
      lo = guess;
      count = reached;
    } else {
      above = reached;
    }
  }
  float least = FLT_MAX, most = lowest;
#pragma unroll
  for (int g = 0; g < kGroups; g++) {
    least = groups[g] > lowest ? fminf(least, groups[g]) : least;
    most = fmaxf(most, groups[g]);
  }
  const float top = at_order(team.max(order_of(most)));
  if (k == 1) return top;
  if (above == 0) hi = next_above(top);
  if (count == 0) {
    lo = at_order(team.min(order_of(least)));
    if (lo > top) return lowest;
    count = count_of(lo);
    if (count < k) return lowest;
  }
  const float bound = bisect(lo, hi, count, above, k, spare, 0.5f, count_of).value;
  guess = bound - 0.0625f * (top - bound); // a little lower: another row may have fewer above
  return bound;
}

// What can be among a row's k largest, in the team's shared memory, in no order.
template <int LIST> struct List {
  Watched<float>* values;
  Watched<unsigned>* indices;
  Watched<unsigned>* length; // may exceed LIST: the list is then of no use

  // Called by the whole team.
  template <int TEAM> __device__ void clear(const Team<TEAM>& team) const {
    team.sync(); // all have read what was there
    if (team.rank == 0) *length = 0;
    team.sync();
  }

  // Appends what a thread holds and is >= bound, which is above the smallest number: what fills up a row is not listed.
  template <class T, int TEAM> __device__ void add(const Tile<T, TEAM>& tile, float bound) const {
    // One bit for each: the sign of the difference. 0 - bound is never -0, which would make -0 less than 0.
    const float minus = 0.0f - bound;
    unsigned less = 0;
#pragma unroll
    for (int e = 0; e < kHeld; e++) less = __funnelshift_l(__float_as_uint(tile.v[e] + minus), less, 1);
    const unsigned marked = ~less, count = static_cast<unsigned>(__popc(marked)); // the first is the highest bit
    if (marked == 0) return;
    const unsigned from = atomicAdd(length, count);
    if (from + count > LIST) return;
    // Each in turn: a register cannot be chosen by a number.
    Watched<float>* next_value = values + from;
    Watched<unsigned>* next_index = indices + from;
#pragma unroll
    for (int e = 0; e < kHeld; e++) {
      if ((marked >> (kHeld - 1 - e) & 1) != 0) {
        *next_value++ = tile.v[e];
        *next_index++ = static_cast<unsigned>(tile.index(e));
      }
    }
  }
};

// This thread's share of what can be among the k largest: of a list, in registers, or of the row itself. each() calls
// visit(value, index).
template <int TEAM, int LENGTH> struct ListShare {
  static constexpr int kShare = LENGTH / TEAM;
  float v[kShare];
  unsigned index[kShare];

  __device__ ListShare(const Watched<float>* values, const Watched<unsigned>* indices, unsigned length, int rank) {
#pragma unroll
    for (int i = 0; i < kShare; i++) {
      const bool listed = static_cast<unsigned>(rank + i * TEAM) < length;
      v[i] = listed ? values[rank + i * TEAM] : -INFINITY;
      index[i] = listed ? indices[rank + i * TEAM] : 0;
    }
  }
  template <class Visit> __device__ void each(Visit visit) const {
#pragma unroll
    for (int i = 0; i < kShare; i++) visit(v[i], index[i]);
  }
};
template <class T, int TEAM> struct RowShare {
  const T* row;
  int sources, rank;

  template <class Visit> __device__ void each(Visit visit) const {
    for (int i = rank; i < sources; i += TEAM) visit(widen(row[i]), static_cast<unsigned>(i));
  }
};

// Where the k largest end: everything above `bound` belongs to them, and of its equals those with an index up to
// `last`.
struct Cut {
  float bound;
  unsigned last;
};

// The exact cut, no lower than lo, which `count` >= k elements reach; top is the largest.
template <int TEAM, class Share>
__device__ inline Cut cut_of(const Team<TEAM>& team, const Share& share, unsigned k, float lo, unsigned count,
                             float top, int sources) {
  const Bound b = bisect(lo, next_above(top), count, 0, k, 0, 0.125f, [&](float value) {
    unsigned mine = 0;
    share.each([&](float v, unsigned) { mine += v >= value ? 1 : 0; });
    return team.add(mine);
  });
  if (b.count == k) return {b.value, kAll};
  // Ties at the cut: the lowest indices win. The index of the last that does is found by bisection as well.
  const unsigned wanted = k - b.above;
  int first = -1, last = sources - 1; // count(index <= first) < wanted <= count(index <= last)
  while (last - first > 1) {
    const int mid = first + (last - first) / 2;
    unsigned mine = 0;
    share.each([&](float v, unsigned i) { mine += v == b.value && i <= static_cast<unsigned>(mid) ? 1 : 0; });
    if (team.add(mine) >= wanted) {
      last = mid;
    } else {
      first = mid;
    }
  }
  return {b.value, static_cast<unsigned>(last)};
}

} // namespace

// Counting the probabilities of each row's k largest logits.
#pragma once
#include "counts.cuh"
#include "largest.cuh"

namespace {

// A probability, scaled, to the nearest unit.
__device__ inline Cell fixed(float p) { return static_cast<Cell>(llrintf(p)); }

// Adds the probabilities of a row's k largest, e^(v - top) in units of 1 / scale, but that of the very largest, ties by
// index, whose index it returns: it goes through the warp's pending additions, being the one that meets its like from
// other rows.
template <int TEAM, class Share>
__device__ inline unsigned add_largest(const Args& a, const Team<TEAM>& team, const Share& share, int64_t label,
                                       float lo, unsigned count, float top, float scale) {
  const unsigned k = static_cast<unsigned>(a.k);
  const int sources = static_cast<int>(a.sources);
  Cut cut = {lo, kAll};
  if (k < a.sources) cut = cut_of(team, share, k, lo, count, top, sources);
  unsigned first = kAll;
  share.each([&](float v, unsigned i) { first = v == top && i < first ? i : first; });
  first = team.min(first);
  share.each([&](float v, unsigned i) {
    if (v < cut.bound || (v == cut.bound && i > cut.last) || i == first) return;
    const Cell p = fixed(exp_of(v - top) * scale);
    if (p != 0) add_to_cell(a, label * a.sources + i, p);
  });
  return first;
}

// One team per row, one look at it: maximum, sum of exponentials against each thread's own maximum so far, and the list
// of what can be among the k largest, by a bound from the tiles so far. It is found anew after 1, 2, 4, 8 tiles: by the
// first alone, twice as many tiles would list twice as many.
template <class T, int TEAM, int LIST> __global__ void __launch_bounds__(256, 3) top_k_kernel(Args a) {
  constexpr int kTeams = 256 / TEAM; // at most
  SHARED_ARRAY(unsigned, reduced, Team<TEAM>::kWarps);
  SHARED_ARRAY(float, values, kTeams * LIST);
  SHARED_ARRAY(unsigned, indices, kTeams * LIST);
  SHARED_ARRAY(unsigned, lengths, kTeams);
  const int rank = static_cast<int>(threadIdx.x) % TEAM, lane = rank % kWarp;
  const int place = static_cast<int>(threadIdx.x) / TEAM; // of the team in its block
  const Team<TEAM> team = {rank, reduced};
  const List<LIST> list = {values + place * LIST, indices + place * LIST, lengths + place};
  const int64_t teams = blockDim.x / TEAM;
  const int sources = static_cast<int>(a.sources);
  const unsigned k = static_cast<unsigned>(a.k);
  const float least = widen(lowest<T>());
  float guess = least; // of the row's first bound: that of a row before
  Pending pending;
  for (int64_t r = blockIdx.x * teams + place; r < a.rows; r += gridDim.x * teams) {
    const T* row = static_cast<const T*>(a.logits) + r * a.stride;
    const int64_t label = a.labels[r];
    list.clear(team);
    float max = least, sum = 0, odd = 0, groups[kGroups]; // odd: NaN once an element is not finite
    float bound = least, listed = least;                  // listed: what all elements of the list reach
    int renewal = 0;                                      // where the tile begins that gives the next bound
#pragma unroll
    for (int g = 0; g < kGroups; g++) groups[g] = least;
    Tile<T, TEAM> tile;
    tile.rank = rank;
    for (tile.begin = 0; tile.begin < sources; tile.begin += tile.kSize) {
      tile.load(row, sources);
#pragma unroll
      for (int e = 0; e < kHeld; e++) {
        groups[e % kGroups] = fmaxf(groups[e % kGroups], tile.v[e]);
        odd = fmaf(tile.v[e], 0.0f, odd);
      }
      const float before = max;
#pragma unroll
      for (int g = 0; g < kGroups; g++) max = fmaxf(max, groups[g]);
      sum *= exp_of(before - max);
      float sums[kGroups] = {};
#pragma unroll
      for (int e = 0; e < kHeld; e++) sums[e % kGroups] += exp_of(tile.v[e] - max);
      sum += (sums[0] + sums[1]) + (sums[2] + sums[3]);
      if (tile.begin == renewal && k <= LIST && k < a.sources) {
        float tried = renewal == 0 ? guess : least;
        bound = fmaxf(bound, bound_of(team, groups, k, least, tried));
        if (renewal == 0) {
          listed = bound;
          guess = tried;
        }
        renewal = 2 * renewal + tile.kSize;
      }
      if (listed > least) list.add(tile, bound);
    }
    team.sync(); // the list is complete
    const unsigned order = team.max(odd == odd ? order_of(max) : kAll);
    const bool finite = order != kAll;
    if (!finite || !fits(a, label)) { // the same in the whole team
      if (rank == 0) report(a, r, finite, label);
      continue;
    }
    const float top = at_order(order);
    // Where all are the smallest number, what fills up the row equals them.
    const float row_sum = top == least ? static_cast<float>(sources) : team.add(sum * exp_of(max - top));
    const float scale = static_cast<float>(int64_t{1} << REPRISE_FRACTION_BITS) / row_sum;

    if (*list.length > LIST && sources > tile.kSize) { // the first bounds are too far from the whole row's
      float none = least;
      listed = bound_of(team, groups, k, least, none);
      list.clear(team);
      for (tile.begin = 0; tile.begin < sources; tile.begin += tile.kSize) {
        tile.load(row, sources);
        list.add(tile, listed);
      }
      team.sync(); // the list is complete
    }
    const unsigned length = *list.length; // 0 where there is no bound
    unsigned first;
    if (length > 0 && length <= LIST / 4) {
      const ListShare<TEAM, LIST / 4> share(list.values, list.indices, length, rank);
      first = add_largest(a, team, share, label, listed, length, top, scale);
    } else if (length > 0 && length <= LIST) {
      const ListShare<TEAM, LIST> share(list.values, list.indices, length, rank);
      first = add_largest(a, team, share, label, listed, length, top, scale);
    } else {
      const RowShare<T, TEAM> share = {row, sources, rank};
      unsigned reached = length;
      if (length == 0) { // no bound; where some are to be left out, the smallest element is the first
        reached = static_cast<unsigned>(sources);
        float smallest = INFINITY;
        if (k < reached) share.each([&](float v, unsigned) { smallest = fminf(smallest, v); });
        listed = k < reached ? at_order(team.min(order_of(smallest))) : least;
      }
      first = add_largest(a, team, share, label, listed, reached, top, scale);
    }
    if (rank < kWarp) pending.put(a, lane, label * a.sources + first, fixed(scale));
  }
  if (rank < kWarp) pending.flush(a, lane);
}

} // namespace

// Counting each row's largest logit.
#pragma once
#include "counts.cuh"
#include "team.cuh"
#include "tile.cuh"

namespace {

// One team per row. A thread keeps the largest element it saw and the first index of it: elements come in ascending
// order.
template <class T, int TEAM> __global__ void __launch_bounds__(256, 3) argmax_kernel(Args a) {
  SHARED_ARRAY(unsigned, reduced, Team<TEAM>::kWarps);
  const int rank = static_cast<int>(threadIdx.x) % TEAM, lane = rank % kWarp;
  const Team<TEAM> team = {rank, reduced};
  const int64_t teams = blockDim.x / TEAM;
  const int sources = static_cast<int>(a.sources);
  Pending pending;
  for (int64_t r = blockIdx.x * teams + threadIdx.x / TEAM; r < a.rows; r += gridDim.x * teams) {
    const T* row = static_cast<const T*>(a.logits) + r * a.stride;
    const int64_t label = a.labels[r];
    float best = -INFINITY, odd = 0; // odd: NaN once an element is not finite
    int index = 0;
    Tile<T, TEAM> tile;
    tile.rank = rank;
    for (tile.begin = 0; tile.begin < sources; tile.begin += tile.kSize) {
      tile.load(row, sources);
      float most = tile.v[0];
#pragma unroll
      for (int e = 0; e < kHeld; e++) {
        most = fmaxf(most, tile.v[e]);
        odd = fmaf(tile.v[e], 0.0f, odd);
      }
      if (most > best) {
        best = most;
#pragma unroll
        for (int e = kHeld - 1; e >= 0; e--) index = tile.v[e] == most ? tile.index(e) : index;
      }
    }
    const unsigned mine = odd == odd ? order_of(best) : kAll, most = team.max(mine);
    const bool finite = most != kAll;
    const unsigned first = team.min(mine == most ? static_cast<unsigned>(index) : kAll);
    if (rank < kWarp) {
      const bool counts = finite && fits(a, label);
      if (rank == 0 && !counts) report(a, r, finite, label);
      if (counts) pending.put(a, lane, label * a.sources + first, 1);
    }
  }
  // Blocks are whole teams and every warp leaves the loop as one.
  if (rank < kWarp) pending.flush(a, lane);
}

} // namespace

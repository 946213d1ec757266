// What a call is given, and how it adds to the counts and the status.
#pragma once
#include "device.cuh"

namespace {

using Cell = unsigned long long;

struct Args {
  const void* logits; // [rows, sources]
  int64_t rows, sources, stride;
  const int64_t* labels; // [rows]
  int64_t targets, k;
  Watched<Cell>* counts;      // [targets, sources]
  Watched<long long>* status; // [REPRISE_STATUS_WORDS]
  int64_t first_row;
  bool fit; // no cell can overflow in this call
};

__device__ inline void add_to_status(const Args& a, int word) {
  atomicAdd(reinterpret_cast<Watched<Cell>*>(a.status + word), Cell{1});
}

__device__ inline void add_to_cell(const Args& a, int64_t cell, Cell value) {
  if (a.fit) {
    add_blindly(a.counts + cell, value);
    return;
  }
  const Cell old = atomicAdd(a.counts + cell, value);
  // From >= 0 to < 0: the sum passed 2^63.
  if (((~old & (old + value)) >> 63) != 0) add_to_status(a, REPRISE_OVERFLOWS);
}

// Up to 32 pending additions of a warp, one per lane. Where one source label dominates, many of them meet in few
// cells; they are added up here, so that the memory sees each cell once instead of a queue.
struct Pending {
  int64_t cell = -1; // this lane's, -1: none
  Cell value = 0;
  int used = 0; // lanes filled, the same in the whole warp

  // Called by a whole warp with equal arguments.
  __device__ void put(const Args& a, int lane, int64_t c, Cell v) {
    if (lane == used) {
      cell = c;
      value = v;
    }
    if (++used == kWarp) flush(a, lane);
  }
  __device__ void flush(const Args& a, int lane) {
    Cell sum = value;
    bool first = true;
    if (used > 1) { // one alone, the rule in a short batch, has nobody to meet
      const unsigned same = __match_any_sync(kAll, cell);
      first = lane == __ffs(static_cast<int>(same)) - 1;
      sum = 0;
      // All lanes, unused ones hold 0: with the count of used ones as its end, ptxas 13.0 fails on sm_90 (C7600).
#pragma unroll 4
      for (int i = 0; i < kWarp; i++) {
        const Cell v = __shfl_sync(kAll, value, i);
        if ((same >> i & 1) != 0) sum += v;
      }
    }
    if (cell >= 0 && first) add_to_cell(a, cell, sum);
    cell = -1;
    value = 0;
    used = 0;
  }
};

__device__ inline bool fits(const Args& a, int64_t label) { return label >= 0 && label < a.targets; }

// Reports a row that cannot be counted; called by one thread.
__device__ inline void report(const Args& a, int64_t row, bool finite, int64_t label) {
  if (!finite) {
    add_to_status(a, REPRISE_NON_FINITE_ROWS);
    atomicMin(a.status + REPRISE_FIRST_NON_FINITE_ROW, static_cast<long long>(a.first_row + row));
  }
  if (!fits(a, label)) {
    add_to_status(a, REPRISE_BAD_LABELS);
    atomicMin(a.status + REPRISE_FIRST_BAD_LABEL_ROW, static_cast<long long>(a.first_row + row));
  }
}

} // namespace

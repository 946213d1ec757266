// Counting on a CUDA device. A team of threads (a warp, or a block where rows are long) takes a row; teams stride over
// the rows. Nothing is allocated, nothing waits, everything runs on the caller's stream.
//
//   nvcc -O3 -std=c++17 -cudart static -shared -Xcompiler -fPIC -o libreprise_cuda.so joint_cuda.cu
//
// Without nvcc the same source compiles for the host under the emulator of the tests: hence the CUDA_* macros, and only
// full-warp collectives.
#ifdef __CUDACC__
#include <cuda_runtime.h>
#include <stdint.h>
#define CUDA_LAUNCH(kernel, grid, block, stream, ...) kernel<<<(grid), (block), 0, (stream)>>>(__VA_ARGS__)
__device__ inline float exp2_approx(float x) { // one instruction; exp2f would care for subnormal results
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ inline float half_to_float(uint16_t bits) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(bits));
  return y;
}
#else
#include "cuda_emulator.h"
#endif
#include <float.h>
#include <math.h>

#include "joint_cuda.h"

namespace {

constexpr unsigned kAll = 0xffffffffu;
constexpr int kWarp = 32;
using Cell = unsigned long long;

// Longest row that a warp takes alone. The choice must depend on the shape of a row only, never on how many rows there
// are: the order in which a row's exponentials are summed follows from it.
constexpr int kWarpSources = 8192;
constexpr int kLongTeam = 256;

// Candidates a team can hold in shared memory. More (ties, large k) take the slow way over the row itself.
constexpr int kWarpList = 512;
constexpr int kLongList = 1024;

// Group maxima per thread that bound the k-th largest logit from below.
constexpr int kGroups = 4;

// Logits that a thread holds in registers.
constexpr int kHeld = 32;

struct Half {
  uint16_t bits;
};
struct Brain {
  uint16_t bits;
};

struct Args {
  const void* logits; // [rows, sources]
  int64_t rows, sources, stride;
  const int64_t* labels; // [rows]
  int64_t targets, k;
  Cell* counts;      // [targets, sources]
  long long* status; // [REPRISE_STATUS_WORDS]
  int64_t first_row;
};

__device__ inline float widen(float v) { return v; }
__device__ inline float widen(Brain v) {
  return __uint_as_float(static_cast<unsigned>(v.bits) << 16);
}
__device__ inline float widen(Half v) { return half_to_float(v.bits); }

// What one 16-byte load brings, whatever the type.
struct alignas(16) Words {
  unsigned word[4];
};

// The smallest finite number fills up what lies behind the end of a row: finite, no maximum, and nothing beside the
// largest element's exponential, unless that is the smallest number too.
template <class T> __device__ inline T lowest();
template <> __device__ inline float lowest<float>() { return -FLT_MAX; }
template <> __device__ inline Half lowest<Half>() { return {0xfbff}; }
template <> __device__ inline Brain lowest<Brain>() { return {0xff7f}; }

// Maps a float to an unsigned that orders as the float does; both zeros map to one.
__device__ inline unsigned order_of(float v) {
  const unsigned b = __float_as_uint(v + 0.0f);
  return (b & 0x80000000u) != 0 ? ~b : b | 0x80000000u;
}
__device__ inline float at_order(unsigned o) {
  return __uint_as_float((o & 0x80000000u) != 0 ? o & 0x7fffffffu : ~o);
}

// e^x for x <= 0, to 3e-7 and the rounding of x; what float32 cannot hold as a normal number is 0.
__device__ inline float exp_of(float x) { return exp2_approx(x * 1.4426950408889634f); }

// A probability, scaled, to the nearest unit.
__device__ inline Cell fixed(float p) { return static_cast<Cell>(llrintf(p)); }

// The part of a row that a team holds at a time, kHeld logits in each thread's registers: loaded once, all loads in
// flight together, then looked at as often as need be. Which thread holds which element depends on the element's index
// alone, so that a row's sum does not depend on where the row lies.
template <class T, int TEAM> struct Tile {
  static constexpr int kCount = sizeof(Words) / sizeof(T), kPacks = kHeld / kCount;
  static constexpr int kSize = TEAM * kHeld;
  float v[kHeld];
  int begin, rank;

  // Of what the thread holds, ascending in e; and how far that is from its first.
  __device__ int index(int e) const { return begin + rank * kCount + offset(e); }
  static __device__ constexpr int offset(int e) { return e / kCount * TEAM * kCount + e % kCount; }

  // By 16 bytes where the row is aligned, else by as many as its alignment allows: of float rows with an odd KS one in
  // four by 16, one by eight and two by four bytes. Memory sees the same lines; the first cache is asked more often.
  __device__ void load(const T* row, int sources) {
    T packs[kPacks][kCount];
    const unsigned past = static_cast<unsigned>(reinterpret_cast<uintptr_t>(row) % 16); // an aligned place
    if (past == 0) {
      load_by<Words>(row, sources, packs);
    } else if (past % 8 == 0) {
      load_by<uint64_t>(row, sources, packs);
    } else if (past % 4 == 0) {
      load_by<uint32_t>(row, sources, packs);
    } else {
      load_by<uint16_t>(row, sources, packs);
    }
    if (sources % kCount != 0) { // the row's last elements, beyond which nothing is ours to read
#pragma unroll
      for (int p = 0; p < kPacks; p++) {
        const int at = index(p * kCount), left = sources - at;
#pragma unroll
        for (int i = 0; i < kCount; i++)
          if (left > 0 && left < kCount && i < left) packs[p][i] = row[at + i];
      }
    }
#pragma unroll
    for (int e = 0; e < kHeld; e++) v[e] = widen(packs[e / kCount][e % kCount]);
  }

private:
  template <class Piece> __device__ void load_by(const T* row, int sources, T (&packs)[kPacks][kCount]) const {
    constexpr int kPieces = static_cast<int>(sizeof(Words) / sizeof(Piece));
    const Piece* const from = reinterpret_cast<const Piece*>(row + index(0));
    const int left = sources - index(0);
#pragma unroll
    for (int p = 0; p < kPacks; p++) {
#pragma unroll
      for (int i = 0; i < kCount; i++) packs[p][i] = lowest<T>();
      if (left >= offset(p * kCount) + kCount) {
        Piece pieces[kPieces];
#pragma unroll
        for (int i = 0; i < kPieces; i++) pieces[i] = from[p * TEAM * kPieces + i];
        memcpy(packs[p], pieces, sizeof pieces);
      }
    }
  }
};

// Reductions over a team; every thread gets the result. Shared memory only where a team has several warps.
template <int TEAM> struct Team {
  static constexpr int kWarps = TEAM / kWarp;
  int rank; // of this thread in its team
  unsigned* shared; // [kWarps]

  __device__ void sync() const {
    if (kWarps == 1) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }

  template <class Combine> __device__ unsigned across(unsigned warp_value, Combine combine) const {
    if (kWarps == 1) return warp_value;
    __syncthreads(); // readers of the last reduction are done
    if (rank % kWarp == 0) shared[rank / kWarp] = warp_value;
    __syncthreads();
    unsigned v = shared[0];
#pragma unroll 2 // all at once would take eight registers
    for (int w = 1; w < kWarps; w++) v = combine(v, shared[w]); // the same order in every thread
    return v;
  }
  __device__ unsigned max(unsigned v) const {
    return across(__reduce_max_sync(kAll, v), [](unsigned a, unsigned b) { return a > b ? a : b; });
  }
  __device__ unsigned min(unsigned v) const {
    return across(__reduce_min_sync(kAll, v), [](unsigned a, unsigned b) { return a < b ? a : b; });
  }
  __device__ unsigned add(unsigned v) const {
    return across(__reduce_add_sync(kAll, v), [](unsigned a, unsigned b) { return a + b; });
  }
  // A tree whose shape never changes, hence always the same rounding.
  __device__ float add(float v) const {
    for (int o = kWarp / 2; o > 0; o /= 2) v += __shfl_xor_sync(kAll, v, o);
    return __uint_as_float(across(__float_as_uint(v), [](unsigned a, unsigned b) {
      return __float_as_uint(__uint_as_float(a) + __uint_as_float(b));
    }));
  }
};

__device__ inline void add_to_cell(const Args& a, int64_t cell, Cell value) {
  const Cell old = atomicAdd(a.counts + cell, value);
  // From >= 0 to < 0: the sum passed 2^63.
  if (((~old & (old + value)) >> 63) != 0)
    atomicAdd(reinterpret_cast<Cell*>(a.status + REPRISE_OVERFLOWS), Cell{1});
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
    atomicAdd(reinterpret_cast<Cell*>(a.status + REPRISE_NON_FINITE_ROWS), Cell{1});
    atomicMin(a.status + REPRISE_FIRST_NON_FINITE_ROW, static_cast<long long>(a.first_row + row));
  }
  if (!fits(a, label)) {
    atomicAdd(reinterpret_cast<Cell*>(a.status + REPRISE_BAD_LABELS), Cell{1});
    atomicMin(a.status + REPRISE_FIRST_BAD_LABEL_ROW, static_cast<long long>(a.first_row + row));
  }
}

// One team per row. A thread keeps the largest element it saw and the first index of it: elements come in ascending
// order.
template <class T, int TEAM> __global__ void __launch_bounds__(256, 3) argmax_kernel(Args a) {
  __shared__ unsigned reduced[Team<TEAM>::kWarps];
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

// The k largest reach down to `value`, which `count` >= k elements reach; `above` reach more than it.
struct Bound {
  float value;
  unsigned count, above;
};

// Bisects between lo, which `count` >= k elements reach, and top, the largest, until no more than k + spare reach the
// bound. The same in the whole team, as count_of(value) must be: how many elements are >= it. First between the values,
// which soon separates numbers of one size: `part` of the way up (the k-th of many is nearer the lower end), halfway
// once some lie above. After kHalvings steps halfway between their orders, which ends after 32 more for any numbers.
constexpr int kHalvings = 12;
template <class CountOf>
__device__ inline Bound bisect(float lo, float top, unsigned count, unsigned k, unsigned spare, float part,
                               CountOf count_of) {
  Bound b = {lo, count, 0};
  float hi = at_order(order_of(top) + 1); // which none reaches
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
// groups hold one that does. `lowest`, the smallest there is, where there are too few groups.
template <int TEAM>
__device__ inline float bound_of(const Team<TEAM>& team, const float (&groups)[kGroups], unsigned k, float lowest) {
  float least = FLT_MAX, most = lowest;
#pragma unroll
  for (int g = 0; g < kGroups; g++) {
    least = groups[g] > lowest ? fminf(least, groups[g]) : least;
    most = fmaxf(most, groups[g]);
  }
  const float top = at_order(team.max(order_of(most))), lo = at_order(team.min(order_of(least)));
  if (k == 1) return top;
  if (lo > top) return lowest;
  const auto count_of = [&](float value) {
    unsigned mine = 0;
#pragma unroll
    for (int g = 0; g < kGroups; g++) mine += groups[g] >= value ? 1 : 0;
    return team.add(mine);
  };
  const unsigned count = count_of(lo);
  return count < k ? lowest : bisect(lo, top, count, k, k / 8 + 4, 0.5f, count_of).value;
}

// The indices of what can be among a row's k largest, in the team's shared memory, in no order.
template <int LIST> struct List {
  unsigned* indices;
  unsigned* length; // may exceed LIST: the list is then of no use

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
    unsigned marked = ~less; // the first is the highest bit
    if (marked == 0) return;
    unsigned slot = atomicAdd(length, static_cast<unsigned>(__popc(marked)));
#pragma unroll 1
    for (; marked != 0 && slot < LIST; slot++) {
      const int e = __clz(static_cast<int>(marked));
      marked &= ~(0x80000000u >> e);
      indices[slot] = static_cast<unsigned>(tile.index(e));
    }
  }
};

// This thread's share of what can be among the k largest: of a list, in registers, or of the row itself. each() calls
// visit(value, index).
template <int TEAM, int LENGTH> struct ListShare {
  static constexpr int kShare = LENGTH / TEAM;
  float v[kShare];
  unsigned index[kShare];

  template <class T> __device__ ListShare(const T* row, const unsigned* indices, unsigned length, int rank) {
#pragma unroll
    for (int i = 0; i < kShare; i++) {
      const bool listed = static_cast<unsigned>(rank + i * TEAM) < length;
      index[i] = listed ? indices[rank + i * TEAM] : 0;
      v[i] = listed ? widen(row[index[i]]) : -INFINITY; // still in the cache
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
  const Bound b = bisect(lo, top, count, k, 0, 0.125f, [&](float value) {
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
  __shared__ unsigned reduced[Team<TEAM>::kWarps];
  __shared__ unsigned indices[kTeams * LIST], lengths[kTeams];
  const int rank = static_cast<int>(threadIdx.x) % TEAM, lane = rank % kWarp;
  const int place = static_cast<int>(threadIdx.x) / TEAM; // of the team in its block
  const Team<TEAM> team = {rank, reduced};
  const List<LIST> list = {indices + place * LIST, lengths + place};
  const int64_t teams = blockDim.x / TEAM;
  const int sources = static_cast<int>(a.sources);
  const unsigned k = static_cast<unsigned>(a.k);
  const float least = widen(lowest<T>());
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
        bound = fmaxf(bound, bound_of(team, groups, k, least));
        if (renewal == 0) listed = bound;
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
      listed = bound_of(team, groups, k, least);
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
      const ListShare<TEAM, LIST / 4> share(row, list.indices, length, rank);
      first = add_largest(a, team, share, label, listed, length, top, scale);
    } else if (length > 0 && length <= LIST) {
      const ListShare<TEAM, LIST> share(row, list.indices, length, rank);
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

int cuda_error(cudaError_t e) { return e == cudaSuccess ? REPRISE_OK : REPRISE_CUDA_ERROR - static_cast<int>(e); }

// Blocks so that every multiprocessor is busy and each team takes several rows, whose additions it can combine.
template <int TEAM, class Kernel> cudaError_t launch(Kernel kernel, const Args& a, int device, cudaStream_t stream) {
  int processors = 0;
  const cudaError_t e = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  if (e != cudaSuccess) return e;
  // A short batch spreads over the device in small blocks; warps of a block share nothing.
  int threads = TEAM > 256 ? TEAM : 256;
  while (threads > TEAM && (a.rows + threads / TEAM - 1) / (threads / TEAM) < processors) threads /= 2;
  const int64_t wanted = (a.rows + threads / TEAM - 1) / (threads / TEAM);
  const int64_t most = static_cast<int64_t>(processors) * (2048 / threads);
  CUDA_LAUNCH(kernel, static_cast<unsigned>(wanted < most ? wanted : most), static_cast<unsigned>(threads), stream, a);
  return cudaGetLastError();
}

template <class T> cudaError_t launch_for(const Args& a, int device, cudaStream_t stream) {
  const bool warp = a.sources <= kWarpSources;
  if (a.k == 0) {
    return warp ? launch<kWarp>(argmax_kernel<T, kWarp>, a, device, stream)
                : launch<kLongTeam>(argmax_kernel<T, kLongTeam>, a, device, stream);
  }
  return warp ? launch<kWarp>(top_k_kernel<T, kWarp, kWarpList>, a, device, stream)
              : launch<kLongTeam>(top_k_kernel<T, kLongTeam, kLongList>, a, device, stream);
}

} // namespace

extern "C" int reprise_joint_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                      const int64_t* labels, int64_t targets, int64_t k, int64_t* counts,
                                      int64_t* status, int64_t first_row, int device, void* stream) {
  if (dtype < REPRISE_FLOAT32 || dtype > REPRISE_BFLOAT16 || rows < 0 || sources < 1 || sources > INT32_MAX / 2 ||
      targets < 1 || k < 0 || k > sources || row_stride < 0 || counts == nullptr || status == nullptr) {
    return REPRISE_BAD_ARGUMENT;
  }
  if (rows == 0) return REPRISE_OK;
  if (logits == nullptr || labels == nullptr) return REPRISE_BAD_ARGUMENT;
  const Args a = {logits,  rows, sources, row_stride, labels, targets, k, reinterpret_cast<Cell*>(counts),
                  reinterpret_cast<long long*>(status), first_row};
  int previous = device;
  cudaError_t e = cudaGetDevice(&previous);
  if (e == cudaSuccess && previous != device) e = cudaSetDevice(device);
  if (e != cudaSuccess) return cuda_error(e);
  const cudaStream_t s = static_cast<cudaStream_t>(stream);
  switch (dtype) {
  case REPRISE_FLOAT32:
    e = launch_for<float>(a, device, s);
    break;
  case REPRISE_FLOAT16:
    e = launch_for<Half>(a, device, s);
    break;
  default:
    e = launch_for<Brain>(a, device, s);
  }
  if (previous != device) {
    const cudaError_t back = cudaSetDevice(previous);
    if (e == cudaSuccess) e = back;
  }
  return cuda_error(e);
}

extern "C" int reprise_joint_cuda_device_count(void) {
  int n = 0;
  const cudaError_t e = cudaGetDeviceCount(&n);
  return e == cudaSuccess ? n : cuda_error(e);
}

extern "C" const char* reprise_joint_cuda_message(int error) {
  if (error == REPRISE_BAD_ARGUMENT) return "an argument is out of range";
  return cudaGetErrorString(static_cast<cudaError_t>(REPRISE_CUDA_ERROR - error));
}

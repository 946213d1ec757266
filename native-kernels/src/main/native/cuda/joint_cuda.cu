// Counting on a CUDA device. A team of threads (a warp, or a block where rows are long) takes a row; teams stride over
// the rows. Nothing is allocated, nothing waits, everything runs on the caller's stream.
//
//   nvcc -O3 -std=c++17 -cudart static -shared -Xcompiler -fPIC -o libreprise_cuda.so joint_cuda.cu
//
// Without nvcc the same source compiles for the host under the emulator of the tests: hence the CUDA_* macros, and
// only full-warp collectives.
#ifdef __CUDACC__
#include <cuda_runtime.h>
#define CUDA_LAUNCH(kernel, grid, block, stream, ...) kernel<<<(grid), (block), 0, (stream)>>>(__VA_ARGS__)
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
constexpr int64_t kWarpSources = 2048;
constexpr int kLongTeam = 256;

// Candidates a team can hold in shared memory. More (ties, large k) take the slow way over the row itself.
constexpr int kWarpList = 256;
constexpr int kLongList = 1024;

// Group maxima per thread that bound the k-th largest logit from below.
constexpr int kGroups = 4;

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
// Exponent and fraction moved into place, then scaled by 2^112: right for subnormal numbers too.
__device__ inline float widen(Half v) {
  const unsigned magnitude = static_cast<unsigned>(v.bits & 0x7fff) << 13;
  const unsigned special = magnitude >= (0x7c00u << 13) ? 0x7f800000u : 0u;
  const unsigned sign = static_cast<unsigned>(v.bits & 0x8000) << 16;
  return __uint_as_float(__float_as_uint(__uint_as_float(magnitude) * 5192296858534827628530496329220096.0f) | special |
                         sign);
}

// What one 16-byte load brings, whatever the type.
struct alignas(16) Words {
  unsigned word[4];
};
template <class T> constexpr int kPerWords = 16 / sizeof(T);

template <class T> __device__ inline float element(const Words& from, int i) {
  const T halves = {static_cast<uint16_t>(from.word[i / 2] >> 16 * (i % 2))};
  return widen(halves);
}
template <> __device__ inline float element<float>(const Words& from, int i) { return __uint_as_float(from.word[i]); }

// The 16 bytes that begin `shift` bytes after `at`, which is aligned: two loads and their parts put together. A
// neighbour's load brings the second half to the cache as well.
template <class T> __device__ inline Words straddling(const Words* at, unsigned shift) {
  const Words low = at[0], high = at[1];
  unsigned v[8];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    v[i] = low.word[i];
    v[i + 4] = high.word[i];
  }
  // The same in the whole team. Words are chosen, never indexed: indexing would put them into memory.
#pragma unroll
  for (int i = 0; i < 6; i++) v[i] = (shift & 8) != 0 ? v[i + 2] : v[i];
#pragma unroll
  for (int i = 0; i < 5; i++) v[i] = (shift & 4) != 0 ? v[i + 1] : v[i];
  Words w;
#pragma unroll
  for (int i = 0; i < 4; i++)
    w.word[i] = sizeof(T) == 4 ? v[i] : static_cast<unsigned>((static_cast<Cell>(v[i + 1]) << 32 | v[i]) >> shift % 4 * 8);
  return w;
}

// Maps a float to an unsigned that orders as the float does; both zeros map to one.
__device__ inline unsigned order_of(float v) {
  const unsigned b = __float_as_uint(v + 0.0f);
  return (b & 0x80000000u) != 0 ? ~b : b | 0x80000000u;
}
__device__ inline float at_order(unsigned o) {
  return __uint_as_float((o & 0x80000000u) != 0 ? o & 0x7fffffffu : ~o);
}

// Calls visit(index, value) for every kPerWords elements from `at` on, in steps of a team, as long as they begin before
// `end`. DEEP of them are loaded before the first is looked at.
template <class T, int TEAM, int DEEP, class Load, class Visit>
__device__ inline void for_packs(int64_t& at, int64_t end, Load load, Visit visit) {
  constexpr int kCount = kPerWords<T>;
  constexpr int64_t kStep = static_cast<int64_t>(TEAM) * kCount;
  for (; at + (DEEP - 1) * kStep < end; at += DEEP * kStep) {
    Words packs[DEEP];
#pragma unroll
    for (int d = 0; d < DEEP; d++) packs[d] = load(at + d * kStep);
#pragma unroll
    for (int d = 0; d < DEEP; d++) {
#pragma unroll
      for (int i = 0; i < kCount; i++) visit(at + d * kStep + i, element<T>(packs[d], i));
    }
  }
  for (; at < end; at += kStep) {
    const Words pack = load(at);
#pragma unroll
    for (int i = 0; i < kCount; i++) visit(at + i, element<T>(pack, i));
  }
}

// Calls visit(index, value) for this thread's elements of a row, in ascending order. Which thread sees which element
// depends on the index alone, so that a row's sum does not depend on where the row lies: rows that are not aligned (three
// of four where KS is odd) are put together from aligned loads, but for their ends. kDeep loads are in flight per thread.
constexpr int kDeep = 4;
template <class T, int TEAM, class Visit>
__device__ inline void for_elements(const T* row, int64_t sources, int rank, Visit visit) {
  constexpr int kCount = kPerWords<T>;
  constexpr int64_t kStep = static_cast<int64_t>(TEAM) * kCount;
  const auto singly = [&](int64_t from) {
    for (int i = 0; i < kCount && from + i < sources; i++) visit(from + i, widen(row[from + i]));
  };
  int64_t at = static_cast<int64_t>(rank) * kCount;
  const unsigned shift = static_cast<unsigned>(reinterpret_cast<uintptr_t>(row) % 16);
  if (shift == 0) {
    for_packs<T, TEAM, kDeep>(
        at, sources - kCount + 1, [&](int64_t i) { return *reinterpret_cast<const Words*>(row + i); }, visit);
  } else {
    if (at == 0) { // what lies before the row is not ours to read
      singly(at);
      at += kStep;
    }
    const int before = static_cast<int>(shift / sizeof(T)); // elements between the aligned place and the row
    const T* const aligned = row - before;
    for_packs<T, TEAM, kDeep / 2>( // each is two loads
        at, sources - (2 * kCount - before) + 1,
        [&](int64_t i) { return straddling<T>(reinterpret_cast<const Words*>(aligned + i), shift); }, visit);
  }
  for (; at < sources; at += kStep) singly(at);
}

__device__ inline Cell shuffle(Cell v, int lane) { return __shfl_sync(kAll, v, lane); }

// Reductions over a team; every thread gets the result. Shared memory only where a team has several warps.
template <int TEAM> struct Team {
  static constexpr int kWarps = TEAM / kWarp;
  int rank; // of this thread in its team
  Cell* shared; // [kWarps]

  __device__ void sync() const {
    if (kWarps == 1) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }

  template <class Combine> __device__ Cell across(Cell warp_value, Combine combine) const {
    if (kWarps == 1) return warp_value;
    __syncthreads(); // readers of the last reduction are done
    if (rank % kWarp == 0) shared[rank / kWarp] = warp_value;
    __syncthreads();
    Cell v = shared[0];
    for (int w = 1; w < kWarps; w++) v = combine(v, shared[w]); // the same order in every thread
    return v;
  }
  __device__ unsigned max(unsigned v) const {
    return static_cast<unsigned>(
        across(__reduce_max_sync(kAll, v), [](Cell a, Cell b) { return a > b ? a : b; }));
  }
  __device__ unsigned min(unsigned v) const {
    return static_cast<unsigned>(
        across(__reduce_min_sync(kAll, v), [](Cell a, Cell b) { return a < b ? a : b; }));
  }
  __device__ unsigned add(unsigned v) const {
    return static_cast<unsigned>(across(__reduce_add_sync(kAll, v), [](Cell a, Cell b) { return a + b; }));
  }
  // A tree whose shape never changes, hence always the same rounding.
  __device__ double add(double v) const {
    for (int o = kWarp / 2; o > 0; o /= 2)
      v += __longlong_as_double(
          static_cast<long long>(__shfl_xor_sync(kAll, static_cast<Cell>(__double_as_longlong(v)), o)));
    return __longlong_as_double(static_cast<long long>(
        across(static_cast<Cell>(__double_as_longlong(v)), [](Cell a, Cell b) {
          return static_cast<Cell>(__double_as_longlong(__longlong_as_double(static_cast<long long>(a)) +
                                                        __longlong_as_double(static_cast<long long>(b))));
        })));
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
    const unsigned same = __match_any_sync(kAll, cell);
    Cell sum = 0;
    // All lanes, unused ones hold 0: with the count of used ones as its end, ptxas 13.0 fails on sm_90 (C7600).
    for (int i = 0; i < kWarp; i++) {
      const Cell v = shuffle(value, i);
      if ((same >> i & 1) != 0) sum += v;
    }
    if (cell >= 0 && lane == __ffs(static_cast<int>(same)) - 1) add_to_cell(a, cell, sum);
    cell = -1;
    value = 0;
    used = 0;
  }
};

// Reports a row that cannot be counted; called by one thread. Returns whether it can.
__device__ inline bool admit(const Args& a, int64_t row, bool finite, int64_t label) {
  const bool fits = label >= 0 && label < a.targets;
  if (!finite) {
    atomicAdd(reinterpret_cast<Cell*>(a.status + REPRISE_NON_FINITE_ROWS), Cell{1});
    atomicMin(a.status + REPRISE_FIRST_NON_FINITE_ROW, static_cast<long long>(a.first_row + row));
  }
  if (!fits) {
    atomicAdd(reinterpret_cast<Cell*>(a.status + REPRISE_BAD_LABELS), Cell{1});
    atomicMin(a.status + REPRISE_FIRST_BAD_LABEL_ROW, static_cast<long long>(a.first_row + row));
  }
  return finite && fits;
}

constexpr unsigned kMagnitude = 0x7fffffffu, kInfinity = 0x7f800000u;

// One team per row. A thread keeps the largest element it saw and the first index of it; it visits ascending indices,
// so that > keeps the lowest of equals.
template <class T, int TEAM> __global__ void __launch_bounds__(256) argmax_kernel(Args a) {
  __shared__ Cell reduced[Team<TEAM>::kWarps];
  const int rank = static_cast<int>(threadIdx.x) % TEAM, lane = rank % kWarp;
  const Team<TEAM> team = {rank, reduced};
  const int64_t teams = blockDim.x / TEAM;
  Pending pending;
  for (int64_t r = blockIdx.x * teams + threadIdx.x / TEAM; r < a.rows; r += gridDim.x * teams) {
    const T* row = static_cast<const T*>(a.logits) + r * a.stride;
    float best = -INFINITY;
    unsigned index = kAll, magnitude = 0;
    for_elements<T, TEAM>(row, a.sources, rank, [&](int64_t i, float v) {
      if (v > best) {
        best = v;
        index = static_cast<unsigned>(i);
      }
      const unsigned m = __float_as_uint(v) & kMagnitude;
      magnitude = m > magnitude ? m : magnitude;
    });
    const bool finite = team.max(magnitude) < kInfinity;
    const unsigned mine = order_of(best), most = team.max(mine);
    const unsigned first = team.min(mine == most ? index : kAll);
    const int64_t label = a.labels[r];
    if (rank < kWarp) {
      const bool counts = finite && label >= 0 && label < a.targets;
      if (rank == 0 && !counts) admit(a, r, finite, label);
      if (counts) pending.put(a, lane, label * a.sources + first, 1);
    }
  }
  // Blocks are whole teams and every warp leaves the loop as one.
  if (rank < kWarp) pending.flush(a, lane);
}

// Where a search for the k-th largest stands: everything above `bound` belongs to the k largest, and of its equals
// those with an index up to `last`.
struct Cut {
  unsigned bound; // as order_of
  int64_t last;
};

// Calls visit(order, index) for this thread's share of what the search looks at: the list, or the row itself.
template <class T, int TEAM> struct Candidates {
  const T* row;
  int64_t sources;
  const unsigned* orders; // list, in shared memory
  const unsigned* indices;
  int64_t listed; // -1: there is no list
  int rank;

  template <class Visit> __device__ void each(Visit visit) const {
    if (listed >= 0) {
      for (int64_t i = rank; i < listed; i += TEAM) visit(orders[i], static_cast<int64_t>(indices[i]));
    } else {
      for_elements<T, TEAM>(row, sources, rank, [&](int64_t i, float v) { visit(order_of(v), i); });
    }
  }
};

// Bisects for the exact cut between lo (at least k elements are >= it) and hi (fewer are).
template <class T, int TEAM>
__device__ Cut exact_cut(const Team<TEAM>& team, const Candidates<T, TEAM>& among, unsigned k, unsigned lo,
                         unsigned hi) {
  unsigned above = 0;
  while (hi - lo > 1) {
    const unsigned mid = lo + (hi - lo) / 2;
    unsigned mine = 0;
    among.each([&](unsigned o, int64_t) { mine += o >= mid ? 1 : 0; });
    const unsigned count = team.add(mine);
    if (count == k) return {mid, INT64_MAX};
    if (count > k) {
      lo = mid;
    } else {
      hi = mid;
      above = count;
    }
  }
  // Ties at the cut: the lowest indices win. The index of the last that does is found by bisection as well.
  const unsigned wanted = k - above;
  int64_t first = -1, last = among.sources - 1; // count(index <= first) < wanted <= count(index <= last)
  while (last - first > 1) {
    const int64_t mid = first + (last - first) / 2;
    unsigned mine = 0;
    among.each([&](unsigned o, int64_t i) { mine += o == lo && i <= mid ? 1 : 0; });
    if (team.add(mine) >= wanted) {
      last = mid;
    } else {
      first = mid;
    }
  }
  return {lo, last};
}

// One team per row, two looks at it: the first comes from memory (maximum, sum of exponentials against each thread's
// own maximum so far, group maxima), the second from the cache (candidates for the k largest).
template <class T, int TEAM, int LIST> __global__ void __launch_bounds__(256) top_k_kernel(Args a) {
  constexpr int kTeams = 256 / TEAM; // at most
  __shared__ Cell reduced[Team<TEAM>::kWarps];
  __shared__ unsigned orders[kTeams * LIST], indices[kTeams * LIST], lengths[kTeams];
  const int rank = static_cast<int>(threadIdx.x) % TEAM, lane = rank % kWarp;
  const int place = static_cast<int>(threadIdx.x) / TEAM; // of the team in its block
  const Team<TEAM> team = {rank, reduced};
  const int64_t teams = blockDim.x / TEAM;
  unsigned* const my_orders = orders + place * LIST;
  unsigned* const my_indices = indices + place * LIST;
  const unsigned k = static_cast<unsigned>(a.k);
  Pending pending;
  for (int64_t r = blockIdx.x * teams + place; r < a.rows; r += gridDim.x * teams) {
    const T* row = static_cast<const T*>(a.logits) + r * a.stride;
    float max = -FLT_MAX, sum = 0, groups[kGroups];
    unsigned magnitude = 0;
#pragma unroll
    for (int g = 0; g < kGroups; g++) groups[g] = -FLT_MAX;
    for_elements<T, TEAM>(row, a.sources, rank, [&](int64_t i, float v) {
      if (v > max) {
        sum *= expf(max - v);
        max = v;
      }
      sum += expf(v - max);
      // A 16-byte load brings at least four elements: each goes to a group of its own.
#pragma unroll
      for (int g = 0; g < kGroups; g++)
        if (static_cast<int>(i) % kGroups == g) groups[g] = v > groups[g] ? v : groups[g];
      const unsigned m = __float_as_uint(v) & kMagnitude;
      magnitude = m > magnitude ? m : magnitude;
    });
    const bool finite = team.max(magnitude) < kInfinity;
    const int64_t label = a.labels[r];
    if (!finite || label < 0 || label >= a.targets) { // the same in the whole team
      if (rank == 0) admit(a, r, finite, label);
      continue;
    }
    const unsigned top = team.max(order_of(max));
    const float row_max = at_order(top);
    const double row_sum = team.add(static_cast<double>(sum) * exp(static_cast<double>(max) - row_max));

    // A lower bound of the k-th largest: as many groups as there are hold an element >= it.
    unsigned lo = order_of(-FLT_MAX);
    if (k < TEAM * kGroups && k < a.sources) {
      unsigned least = kAll;
#pragma unroll
      for (int g = 0; g < kGroups; g++) least = order_of(groups[g]) < least ? order_of(groups[g]) : least;
      lo = team.min(least);
      for (unsigned hi = top + 1; hi - lo > 1;) {
        const unsigned mid = lo + (hi - lo) / 2;
        unsigned mine = 0;
#pragma unroll
        for (int g = 0; g < kGroups; g++) mine += order_of(groups[g]) >= mid ? 1 : 0;
        const unsigned count = team.add(mine);
        if (count >= k) {
          lo = mid;
          if (count <= k + k / 8) break; // near enough
        } else {
          hi = mid;
        }
      }
    }

    // The second look. Order within the list is left to chance; nothing below depends on it.
    Candidates<T, TEAM> among = {row, a.sources, my_orders, my_indices, -1, rank};
    if (k <= LIST && k < a.sources) {
      team.sync(); // the last row's list and length have been read by all
      if (rank == 0) lengths[place] = 0;
      team.sync(); // the length is 0
      for_elements<T, TEAM>(row, a.sources, rank, [&](int64_t i, float v) {
        const unsigned o = order_of(v);
        if (o < lo) return;
        const unsigned slot = atomicAdd(&lengths[place], 1u);
        if (slot < LIST) {
          my_orders[slot] = o;
          my_indices[slot] = static_cast<unsigned>(i);
        }
      });
      team.sync(); // the list is complete
      const unsigned length = lengths[place];
      if (length <= LIST) among.listed = length;
    }
    Cut cut = {lo, INT64_MAX};
    if (k < a.sources && among.listed != static_cast<int64_t>(k)) cut = exact_cut(team, among, k, lo, top + 1);

    // The row's largest element, ties by index, goes through the warp's pending additions: it is the one that meets
    // its like from other rows.
    const double scale = static_cast<double>(int64_t{1} << REPRISE_FRACTION_BITS) / row_sum;
    unsigned first = kAll;
    among.each([&](unsigned o, int64_t i) {
      if (o == top && i < first) first = static_cast<unsigned>(i);
    });
    first = team.min(first);
    among.each([&](unsigned o, int64_t i) {
      if ((o < cut.bound || (o == cut.bound && i > cut.last)) || i == first) return;
      const Cell p = static_cast<Cell>(llrint(static_cast<double>(expf(at_order(o) - row_max)) * scale));
      if (p != 0) add_to_cell(a, label * a.sources + i, p);
    });
    if (rank < kWarp) pending.put(a, lane, label * a.sources + first, static_cast<Cell>(llrint(scale)));
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

// Logits: their types, and the part of a row that a team of threads holds in registers.
#pragma once
#include "device.cuh"

namespace {

// Logits that a thread holds in registers.
constexpr int kHeld = 32;

constexpr int kPackBytes = 16; // of the widest load

struct Half {
  uint16_t bits;
};
struct Brain {
  uint16_t bits;
};

__device__ inline float widen(float v) { return v; }
__device__ inline float widen(Brain v) {
  return __uint_as_float(static_cast<unsigned>(v.bits) << 16);
}
__device__ inline float widen(Half v) { return half_to_float(v.bits); }

// The smallest finite number fills up what lies behind the end of a row: finite, no maximum, and nothing beside the
// largest element's exponential, unless that is the smallest number too.
template <class T> __device__ inline T lowest();
template <> __device__ inline float lowest<float>() { return -FLT_MAX; }
template <> __device__ inline Half lowest<Half>() { return {0xfbff}; }
template <> __device__ inline Brain lowest<Brain>() { return {0xff7f}; }

// The part of a row that a team holds at a time, kHeld logits in each thread's registers: loaded once, all loads in
// flight together, then looked at as often as need be. Which thread holds which element depends on the element's index
// alone, so that a row's sum does not depend on where the row lies.
template <class T, int TEAM> struct Tile {
  static constexpr int kCount = kPackBytes / sizeof(T), kPacks = kHeld / kCount;
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
      load_by<uint4>(row, sources, packs);
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
    for (int e = 0; e < kHeld; e++) {
      v[e] = widen(packs[e / kCount][e % kCount]);
      keep(v[e]);
    }
  }

private:
  // Smaller pieces share lines with others of the same thread, which are to be found in the first cache.
  static __device__ uint4 load(const uint4* from) { return load_once(from); }
  template <class Piece> static __device__ Piece load(const Piece* from) { return *from; }

  template <class Piece> __device__ void load_by(const T* row, int sources, T (&packs)[kPacks][kCount]) const {
    constexpr int kPieces = static_cast<int>(kPackBytes / sizeof(Piece));
    const Piece* const from = reinterpret_cast<const Piece*>(row + index(0));
    const int left = sources - index(0);
#pragma unroll
    for (int p = 0; p < kPacks; p++) {
#pragma unroll
      for (int i = 0; i < kCount; i++) packs[p][i] = lowest<T>();
      if (left >= offset(p * kCount) + kCount) {
        Piece pieces[kPieces];
#pragma unroll
        for (int i = 0; i < kPieces; i++) pieces[i] = load(from + p * TEAM * kPieces + i);
        memcpy(packs[p], pieces, sizeof pieces);
      }
    }
  }
};

} // namespace

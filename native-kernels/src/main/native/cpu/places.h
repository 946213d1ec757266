// The places of a word's set bits as source labels, for instruction sets that have no instruction for it.
#pragma once
#include <stdint.h>

#include "row_kernels.h"

namespace reprise {
namespace {

// out[i] = first + the place of the i-th set bit; may write kSlack elements past the last. In eights without asking how
// many are left: a branch that depends on the numbers is guessed wrongly.
inline void places_in_eights(uint64_t word, int32_t first, int32_t* out) {
  constexpr int kAtOnce = 8;
  static_assert(kAtOnce <= kSlack, "writes past the end");
  const int count = __builtin_popcountll(word);
  for (int done = 0; done < count; done += kAtOnce) {
    for (int slot = 0; slot < kAtOnce; slot++) {
      out[done + slot] = first + __builtin_ctzll(word | uint64_t{1} << 63); // word may be 0
      word &= word - 1;
    }
  }
}

} // namespace
} // namespace reprise

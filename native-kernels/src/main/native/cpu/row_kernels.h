// What one instruction set offers: work on single rows. joint_cpu.cpp distributes the rows and adds to the counts.
#pragma once
#include <stdint.h>

namespace reprise {

struct Half {
  uint16_t bits;
};
struct Brain {
  uint16_t bits;
};

// Elements that one step of the row kernels takes: 4 KiB of float32, so that a block stays in the L1 cache between
// the pass that finds its maximum and the pass that sums its exponentials.
constexpr int64_t kBlock = 1024;

// Strided groups whose maxima bound the k-th largest logit of a block from below.
constexpr int64_t kGroups = 128;

// Elements a vector store may write past the end of a list.
constexpr int64_t kSlack = 16;

// Candidates a thread must be able to hold for rows of `sources` elements.
constexpr int64_t candidate_capacity(int64_t sources, int64_t k) {
  return (2 * k + kBlock < sources ? 2 * k + kBlock : sources) + kSlack;
}

// Memory of one thread for top-k; nothing here outlives a row.
struct Scratch {
  float* values;    // [capacity + kSlack]
  int32_t* sources; // [capacity + kSlack]
  int64_t* fixed;   // [k + kSlack]
  int64_t capacity; // without slack
};

// Index of the row's largest element, or -1 if the row holds a NaN or an infinity.
using ArgmaxRow = int64_t (*)(const void* row, int64_t sources);

// Leaves the k largest elements' source labels in scratch.sources[0, k) and their probabilities as multiples of
// 2^-36 in scratch.fixed[0, k). `next` is where the row after this one begins, a hint for the prefetcher. False if
// the row holds a NaN or an infinity.
using TopKRow = bool (*)(const void* row, const void* next, int64_t sources, int64_t k, const Scratch& scratch);

// Largest of x[0, n), or anything if there is a NaN: a read that keeps something of all it read.
using ReadRun = float (*)(const float* x, int64_t n);

struct RowKernels {
  ReadRun read;
  ArgmaxRow argmax[3]; // by reprise_dtype
  TopKRow top_k[3];
};

// nullptr where the build has no such variant.
const RowKernels* portable_kernels();
const RowKernels* avx2_kernels();
const RowKernels* avx512_kernels();
const RowKernels* avx512_vbmi2_kernels();

} // namespace reprise

// Joint-distribution counting: the C interface of the kernels.
//
// Both operations read logits [rows, sources] once and add to counts, which is laid out [targets, sources]: all
// cells of one sample lie in one contiguous row, whatever its source labels.
//
//   k == 0  counts[label, argmax(row)] += 1
//   k >= 1  counts[label, s] += round(softmax(row)[s] * 2^36) for the k largest logits s of the row
//
// Of equal logits the lowest source label wins. A row that holds a NaN or an infinity and a row whose label lies
// outside [0, targets) is reported in status and touches no cell.
#pragma once
#include <stdint.h>

#if defined(_WIN32)
#define REPRISE_EXPORT __declspec(dllexport)
#else
#define REPRISE_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum reprise_dtype { REPRISE_FLOAT32 = 0, REPRISE_FLOAT16 = 1, REPRISE_BFLOAT16 = 2 };

enum reprise_isa {
  REPRISE_ISA_AUTO = 0,
  REPRISE_ISA_PORTABLE = 1,
  REPRISE_ISA_AVX2 = 2,
  REPRISE_ISA_AVX512 = 3,
  REPRISE_ISA_AVX512_VBMI2 = 4
};

// Fractional bits of a top-k sum. A cell holds at most 2^27 - 1 whole samples.
enum { REPRISE_FRACTION_BITS = 36 };

// The largest number of source labels.
enum { REPRISE_MOST_SOURCES = 1 << 30 };

// Errors; CUDA run-time errors are returned as -1000 - cudaError_t.
enum reprise_error {
  REPRISE_OK = 0,
  REPRISE_BAD_ARGUMENT = -1,
  REPRISE_NO_MEMORY = -2,
  REPRISE_NO_ISA = -3,
  REPRISE_NO_CUDA_LIBRARY = -4,
  REPRISE_INTERNAL = -5,
  REPRISE_OTHER_DEVICE = -6, // the calling thread's current CUDA device is not that of the call
  REPRISE_CUDA_ERROR = -1000
};

// Words of the status array, int64 each, in the memory of the counts. Calls add to it; the caller clears it.
enum reprise_status {
  REPRISE_NON_FINITE_ROWS = 0,        // starts at 0
  REPRISE_FIRST_NON_FINITE_ROW = 1,   // starts at INT64_MAX; lowest row index, first_row added
  REPRISE_BAD_LABELS = 2,             // starts at 0
  REPRISE_FIRST_BAD_LABEL_ROW = 3,    // starts at INT64_MAX
  REPRISE_OVERFLOWS = 4,              // starts at 0; not zero: counts are worthless
  REPRISE_STATUS_WORDS = 5
};

// Runs on the calling thread and up to threads - 1 helpers; returns when done. row_stride counts elements.
REPRISE_EXPORT int reprise_cpu_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                   const int64_t* labels, int64_t targets, int64_t k, int64_t* counts,
                                   int64_t* status, int64_t first_row, int threads, int isa);

// Reads count floats once, with the claims and threads that reprise_cpu_add would use: the floor of benchmarks.
REPRISE_EXPORT int reprise_cpu_read(const float* data, int64_t count, int threads, int isa);

// The best instruction set that this processor and this build have (reprise_isa, never AUTO).
REPRISE_EXPORT int reprise_cpu_best_isa(void);

// Enqueues one kernel on stream (a cudaStream_t of that device) and returns; all pointers are device memory. The device
// must be the calling thread's current one. held: the most that a cell can hold already, in whole samples, or less than 0:
// unknown; where no cell can overflow nothing is asked back from the memory.
REPRISE_EXPORT int reprise_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                    const int64_t* labels, int64_t targets, int64_t k, int64_t* counts,
                                    int64_t* status, int64_t first_row, int64_t held, int device, void* stream);

// Opens the CUDA library; 0, or REPRISE_NO_CUDA_LIBRARY with the reason in reprise_cuda_message.
REPRISE_EXPORT int reprise_cuda_open(const char* path);

// Devices that the driver offers, or a negative error.
REPRISE_EXPORT int reprise_cuda_device_count(void);

// 0 where the library has code for the device, which must be the calling thread's current one; else the error.
REPRISE_EXPORT int reprise_cuda_usable(int device);

// The words for an error of the functions above or of reprise_cuda_add; owned by the library.
REPRISE_EXPORT const char* reprise_cuda_message(int error);

#ifdef __cplusplus
}
#endif

// Gathering of stored images as network input: the C interface.
#pragma once
#include "reprise_joint.h"

#ifdef __cplusplus
extern "C" {
#endif

// Image indices[i] of images [stored, values] becomes row i of result [count, values], each byte divided by 255 and
// rounded as that division is. Runs on the calling thread and up to threads - 1 helpers (0: one a processor); returns
// when done. An index outside [0, stored) is REPRISE_BAD_ARGUMENT, and nothing is written then. The indices are read once:
// what is done with them does not depend on whether they change meanwhile.
REPRISE_EXPORT int reprise_cpu_gather(const uint8_t* images, int64_t stored, int64_t values, const int64_t* indices,
                                      int64_t count, float* result, int threads, int isa);

#ifdef __cplusplus
}
#endif

// What the CUDA library exports; see reprise_joint.h for the meaning of the arguments.
#pragma once
#include "../include/reprise_joint.h"

#ifdef __cplusplus
extern "C" {
#endif

REPRISE_EXPORT int reprise_joint_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources,
                                          int64_t row_stride, const int64_t* labels, int64_t targets, int64_t k,
                                          int64_t* counts, int64_t* status, int64_t first_row, int64_t held,
                                          int device, void* stream);
REPRISE_EXPORT int reprise_joint_cuda_usable(int device);
REPRISE_EXPORT int reprise_joint_cuda_device_count(void);
REPRISE_EXPORT const char* reprise_joint_cuda_message(int error);

#ifdef __cplusplus
}
#endif

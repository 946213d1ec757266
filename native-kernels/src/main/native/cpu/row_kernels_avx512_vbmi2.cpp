// The row kernels for AVX512 with VBMI2; the build passes the flags where the compiler's target has them.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) &&               \
    defined(__AVX512VBMI2__)
#include "vec_avx512.h"

#include "row_kernels_impl.h"

const reprise::RowKernels* reprise::avx512_vbmi2_kernels() { return &kKernels; }
#else
#include "row_kernels.h"

const reprise::RowKernels* reprise::avx512_vbmi2_kernels() { return nullptr; }
#endif

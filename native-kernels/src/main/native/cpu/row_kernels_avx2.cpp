// The row kernels for AVX2; the build passes the flags where the compiler's target has them.
#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include "vec_avx2.h"

#include "row_kernels_impl.h"

const reprise::RowKernels* reprise::avx2_kernels() { return &kKernels; }
#else
#include "row_kernels.h"

const reprise::RowKernels* reprise::avx2_kernels() { return nullptr; }
#endif

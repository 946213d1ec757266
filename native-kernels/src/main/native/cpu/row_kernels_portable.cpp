// The row kernels for any processor.
#include "vec_portable.h"

#include "row_kernels_impl.h"

const reprise::RowKernels* reprise::portable_kernels() { return &kKernels; }

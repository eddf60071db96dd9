#define ASSAY_LEVEL baseline
#define ASSAY_LEVEL_NAME "baseline"
#define ASSAY_VECTOR_BYTES 16
// Conversion instructions for half precision: every arm64 has them, baseline x86-64 does not.
#if defined(__aarch64__)
#define ASSAY_HALF 1
#endif
#include "kernels/all.h"

#if defined(__x86_64__)
#define ASSAY_LEVEL v3
#define ASSAY_LEVEL_NAME "x86-64-v3"
#define ASSAY_VECTOR_BYTES 32
#define ASSAY_HALF 1
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define ASSAY_HAS_FMA 1
#include "kernels/all.h"
#pragma clang attribute pop
#endif

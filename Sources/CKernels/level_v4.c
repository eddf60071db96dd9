#if defined(__x86_64__)
#define ASSAY_LEVEL v4
#define ASSAY_LEVEL_NAME "x86-64-v4"
#define ASSAY_VECTOR_BYTES 64
#define ASSAY_HALF 1
#define ASSAY_TILE_TOKENS 12
#define ASSAY_TILE_VECTORS 2
#define ASSAY_HAS_FMA 1
// The minimum width keeps 512-bit operations whole: the compiler's tuning for this level would
// split them in two, at half the speed.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), \
                             apply_to = function)
#include "kernels/all.h"
#pragma clang attribute pop
#endif

#if defined(__x86_64__)
#define ASSAY_LEVEL v4
#define ASSAY_LEVEL_NAME "x86-64-v4"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
// Without this, clang splits 64-byte vectors in two here: half the speed.
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#define ASSAY_TILE_TOKENS 12
#define ASSAY_TILE_VECTORS 2
#define ASSAY_HAS_FMA 1
#include "kernels/all.h"
#pragma clang attribute pop
#pragma clang attribute pop
#endif

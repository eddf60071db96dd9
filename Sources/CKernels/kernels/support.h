// What every kernel file shares: vector types and names. No include guard: one pass per level.
#include "kernels.h"

// Plain IEEE single precision in the written order: a multiply and an add stay two roundings
// unless the source says fma. Byte identity with ggml's encoders depends on it.
#pragma STDC FP_CONTRACT OFF

#ifndef ASSAY_SUPPORT
#define ASSAY_SUPPORT
#define ASSAY_PASTE2(a, b) a##_##b
#define ASSAY_PASTE(a, b) ASSAY_PASTE2(a, b)
#endif

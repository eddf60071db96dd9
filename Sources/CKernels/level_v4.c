#if defined(__x86_64__)
#define ASSAY_LEVEL v4
#define ASSAY_LEVEL_NAME "x86-64-v4"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "kernels/all.h"
#pragma clang attribute pop
#endif

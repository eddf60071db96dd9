#include "kernels.h"

extern const assay_kernels assay_kernels_baseline;
#if defined(__x86_64__)
extern const assay_kernels assay_kernels_v3, assay_kernels_v4;
#endif

const assay_kernels *assay_kernels_at(int level) {
  switch (level) {
  case 0: return &assay_kernels_baseline;
#if defined(__x86_64__)
  case 1: return __builtin_cpu_supports("x86-64-v3") ? &assay_kernels_v3 : NULL;
  case 2: return __builtin_cpu_supports("x86-64-v4") ? &assay_kernels_v4 : NULL;
#endif
  default: return NULL;
  }
}

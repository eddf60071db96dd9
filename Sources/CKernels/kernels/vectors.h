// Sixteen floats at a time. Wider than some machines' registers: the compiler splits them there,
// and the lanes, hence the bits, stay the same.
//
// Vectors are passed between helpers by pointer only: a vector argument changes the ABI where the
// feature is missing.
#define ASSAY_LANES 16

typedef float assay_v __attribute__((vector_size(64)));
typedef float assay_vu __attribute__((vector_size(64), aligned(4)));
typedef int32_t assay_iv __attribute__((vector_size(64)));
typedef double assay_dv __attribute__((vector_size(128)));
typedef float assay_vb __attribute__((vector_size(64), aligned(1)));

#define ASSAY_UNROLL _Pragma("clang loop unroll(full)")
#define ASSAY_ROLLED _Pragma("clang loop unroll(disable)")

#define ASSAY_LOAD(p) (*(const assay_vu *)(p))
#define ASSAY_STORE(p, v) (*(assay_vu *)(p) = (v))
// Minus zero changes no number, so the compiler drops it and broadcasts from memory; plus zero it
// may not.
#define ASSAY_SPLAT(x) ((x) - (assay_v){})
#if defined(__x86_64__) && !defined(ASSAY_HAS_FMA) && !defined(__FMA__)
#include "software_fma.h"
#define ASSAY_FMA(a, b, c)                            \
  ({                                                  \
    const assay_v fma_a = (a), fma_b = (b), fma_c = (c); \
    assay_v fma_y;                                    \
    assay_software_fma(&fma_a, &fma_b, &fma_c, &fma_y); \
    fma_y;                                            \
  })
#else
#define ASSAY_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#endif
/// Lane by lane: mask ? a : b, where mask is the result of a comparison.
#define ASSAY_SELECT(mask, a, b) \
  ((assay_v)(((assay_iv)(mask) & (assay_iv)(a)) | (~(assay_iv)(mask) & (assay_iv)(b))))

/// Loads the first `n` < 16 lanes, and `fill` in the others.
ASSAY_INLINE void assay_load_part(const float *x, size_t n, float fill, assay_v *v) {
  float lanes[ASSAY_LANES];
  for (size_t i = 0; i < ASSAY_LANES; i++) lanes[i] = i < n ? x[i] : fill;
  *v = ASSAY_LOAD(lanes);
}

ASSAY_INLINE void assay_store_part(float *x, size_t n, const assay_v *v) {
  float lanes[ASSAY_LANES];
  ASSAY_STORE(lanes, *v);
  for (size_t i = 0; i < n; i++) x[i] = lanes[i];
}

/// Defines `name(a, b, y, n)`: y[i] = op(a[i], b[i]), whatever the length.
#define ASSAY_MAP(name, op)                                                      \
  static void name(const float *a, const float *b, float *y, size_t n) {         \
    size_t i = 0;                                                                \
    for (; i + ASSAY_LANES <= n; i += ASSAY_LANES) {                             \
      const assay_v va = ASSAY_LOAD(a + i), vb = ASSAY_LOAD(b + i);              \
      assay_v vy;                                                                \
      op(&va, &vb, &vy);                                                         \
      ASSAY_STORE(y + i, vy);                                                    \
    }                                                                            \
    if (i == n) return;                                                          \
    assay_v va, vb, vy;                                                          \
    assay_load_part(a + i, n - i, 0.0f, &va);                                    \
    assay_load_part(b + i, n - i, 0.0f, &vb);                                    \
    op(&va, &vb, &vy);                                                           \
    assay_store_part(y + i, n - i, &vy);                                         \
  }

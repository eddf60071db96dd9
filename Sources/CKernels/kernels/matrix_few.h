// Few tokens: the weights go from memory through the registers into the sums, without a stop in a
// packed panel. The chain of each output is the tile's.

ASSAY_INLINE void assay_few_body(const int type, const int tokens, const void *const *rows,
                                 size_t k, size_t ahead, const float *x, size_t x_stride,
                                 float *out, size_t out_stride) {
  assay_v acc[ASSAY_FEW][2];
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    acc[t][0] = ASSAY_LOAD(out + t * out_stride);
    acc[t][1] = ASSAY_LOAD(out + t * out_stride + ASSAY_LANES);
  }
  // The rows of a panel are walked side by side, which no hardware foresees: the next panel comes
  // from memory meanwhile, in the order of its bytes.
  const char *next = (const char *)rows[0] + ahead;
  size_t i = 0;
  for (; i + ASSAY_STEP(type) <= k; i += ASSAY_STEP(type)) {
    ASSAY_UNROLL
    for (int half = 0; half < 2; half++) {
      assay_v v[32];
      assay_pack_step(type, rows + 16 * half, i, next, v);
      next += 16 * 64;
      ASSAY_UNROLL
      for (int e = 0; e < ASSAY_STEP(type); e++) {
        ASSAY_UNROLL
        for (int t = 0; t < tokens; t++)
          acc[t][half] = ASSAY_FMA(ASSAY_SPLAT(x[t * x_stride + i + e]), v[e], acc[t][half]);
      }
    }
  }
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    ASSAY_STORE(out + t * out_stride, acc[t][0]);
    ASSAY_STORE(out + t * out_stride + ASSAY_LANES, acc[t][1]);
    // What is left of a row that is no whole number of steps.
    for (size_t e = i; e < k; e++)
      for (size_t r = 0; r < ASSAY_PANEL; r++) {
        float *sum = out + t * out_stride + r;
        *sum = __builtin_fmaf(x[t * x_stride + e], assay_pack_scalar(type, rows[r], e), *sum);
      }
  }
}

#define ASSAY_FEW_CASE(type, count)                                                \
  case count:                                                                      \
    assay_few_body(type, count, rows, k, ahead, x, x_stride, out, out_stride);     \
    break
#define ASSAY_FEW_FUNCTION(name, type)                                             \
  static void name(const void *const *rows, size_t k, size_t ahead, const float *x, \
                   size_t x_stride, size_t tokens, float *out, size_t out_stride) { \
    switch (tokens) {                                                              \
      ASSAY_FEW_CASE(type, 1);                                                     \
      ASSAY_FEW_CASE(type, 2);                                                     \
      ASSAY_FEW_CASE(type, 3);                                                     \
      ASSAY_FEW_CASE(type, 4);                                                     \
    }                                                                              \
  }
ASSAY_FEW_FUNCTION(f32_few, ASSAY_FROM_F32)
ASSAY_FEW_FUNCTION(f16_few, ASSAY_FROM_F16)
ASSAY_FEW_FUNCTION(bf16_few, ASSAY_FROM_BF16)
#undef ASSAY_FEW_FUNCTION
#undef ASSAY_FEW_CASE

static void assay_few(void (*decode)(const void *, float *, size_t), const void *const *rows,
                      size_t k, float *scratch, const float *x, size_t x_stride, size_t tokens,
                      float *out, size_t out_stride) {
  const void *decoded[ASSAY_PANEL];
  assay_decode_rows(decode, rows, ASSAY_PANEL, k, scratch, decoded);
  f32_few(decoded, k, 0, x, x_stride, tokens, out, out_stride);
}

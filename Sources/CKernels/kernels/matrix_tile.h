// The matrix tile: an outer product per step, so that each output is one chain of fmas over k.
//
// The shape only says how many chains run side by side; no sum is ever split or reordered.
#ifndef ASSAY_TILE_TOKENS
#define ASSAY_TILE_TOKENS 6  // with one vector: 12 accumulators of 16 registers with AVX2
#define ASSAY_TILE_VECTORS 1
#endif

ASSAY_INLINE void assay_tile_body(const int tokens, const int vectors, const float *x,
                                  size_t x_stride, const float *w, size_t w_stride, size_t k,
                                  float *out, size_t out_stride, int resume) {
  assay_v acc[ASSAY_TILE_TOKENS][ASSAY_TILE_VECTORS];
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    ASSAY_UNROLL
    for (int v = 0; v < vectors; v++)
      acc[t][v] = resume ? ASSAY_LOAD(out + t * out_stride + v * ASSAY_LANES) : (assay_v){};
  }
  for (size_t i = 0; i < k; i++) {
    assay_v weight[ASSAY_TILE_VECTORS];
    ASSAY_UNROLL
    for (int v = 0; v < vectors; v++) weight[v] = ASSAY_LOAD(w + i * w_stride + v * ASSAY_LANES);
    ASSAY_UNROLL
    for (int t = 0; t < tokens; t++) {
      const assay_v value = ASSAY_SPLAT(x[t * x_stride + i]);
      ASSAY_UNROLL
      for (int v = 0; v < vectors; v++) acc[t][v] = ASSAY_FMA(value, weight[v], acc[t][v]);
    }
  }
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    ASSAY_UNROLL
    for (int v = 0; v < vectors; v++)
      ASSAY_STORE(out + t * out_stride + v * ASSAY_LANES, acc[t][v]);
  }
}

static void assay_tile(const float *x, size_t x_stride, size_t tokens, const float *w,
                       size_t w_stride, size_t k, float *out, size_t out_stride, int resume) {
  for (size_t t = 0; t < tokens; t += ASSAY_TILE_TOKENS) {
    const size_t rest = tokens - t;
    for (size_t n = 0; n < ASSAY_PANEL; n += ASSAY_TILE_VECTORS * ASSAY_LANES) {
#define ASSAY_TILE_OF(count)                                                                     \
  assay_tile_body(count, ASSAY_TILE_VECTORS, x + t * x_stride, x_stride, w + n, w_stride, k,     \
                  out + t * out_stride + n, out_stride, resume)
#define ASSAY_TILE_CASE(count) \
  case count: ASSAY_TILE_OF(count); break
      switch (rest) {
        ASSAY_TILE_CASE(1);
        ASSAY_TILE_CASE(2);
        ASSAY_TILE_CASE(3);
        ASSAY_TILE_CASE(4);
        ASSAY_TILE_CASE(5);
#if ASSAY_TILE_TOKENS > 6
        ASSAY_TILE_CASE(6);
        ASSAY_TILE_CASE(7);
        ASSAY_TILE_CASE(8);
        ASSAY_TILE_CASE(9);
        ASSAY_TILE_CASE(10);
        ASSAY_TILE_CASE(11);
#endif
      default: ASSAY_TILE_OF(ASSAY_TILE_TOKENS);
      }
#undef ASSAY_TILE_CASE
#undef ASSAY_TILE_OF
    }
  }
}

static size_t assay_peak(size_t rounds) {
  enum { CHAINS = ASSAY_TILE_TOKENS * ASSAY_TILE_VECTORS };
  assay_v acc[CHAINS];
  volatile assay_v unknown = {};  // or the compiler would do one lane's work and copy it
  const assay_v one = unknown + 1.0f, small = unknown + 1e-7f;
  ASSAY_UNROLL
  for (int c = 0; c < CHAINS; c++) acc[c] = one * (float)c;
  for (size_t i = 0; i < rounds; i++) {
    ASSAY_UNROLL
    for (int c = 0; c < CHAINS; c++) acc[c] = ASSAY_FMA(acc[c], one, small);
  }
  ASSAY_UNROLL
  for (int c = 1; c < CHAINS; c++) acc[0] += acc[c];
  unknown = acc[0];
  return 2 * CHAINS * ASSAY_LANES;
}

// What a gated delta net needs beside the matrices: its short convolution and its recurrence.

/// One vector of `assay_convolve_silu`; the last one may be partial.
ASSAY_INLINE void assay_convolve_op(const float *const *rows, size_t count, const float *taps,
                                    size_t stride, size_t at, size_t n, float *y) {
  assay_v sum = {};
  for (size_t j = 0; j < count; j++) {
    assay_v x, w;
    if (n == ASSAY_LANES) {
      x = ASSAY_LOAD(rows[j] + at);
      w = ASSAY_LOAD(taps + j * stride + at);
    } else {
      assay_load_part(rows[j] + at, n, 0.0f, &x);
      assay_load_part(taps + j * stride + at, n, 0.0f, &w);
    }
    sum = ASSAY_FMA(x, w, sum);
  }
  assay_v out;
  assay_sigmoid_times(&sum, &sum, &out);
  if (n == ASSAY_LANES) ASSAY_STORE(y + at, out);
  else assay_store_part(y + at, n, &out);
}

static void assay_convolve_silu(const float *const *rows, size_t count, const float *taps,
                                size_t stride, size_t n, float *y) {
  size_t at = 0;
  for (; at + ASSAY_LANES <= n; at += ASSAY_LANES)
    assay_convolve_op(rows, count, taps, stride, at, ASSAY_LANES, y);
  if (at < n) assay_convolve_op(rows, count, taps, stride, at, n - at, y);
}

/// All tokens over `vectors` neighbouring vectors of columns, which no other column touches. The
/// last `missing` lanes have no value and no output.
ASSAY_INLINE void assay_delta_strip(const assay_delta *d, size_t column, const size_t vectors,
                                    size_t missing) {
  float *const state = d->state + column;
  const size_t width = vectors * ASSAY_LANES - missing;
  float edge[ASSAY_LANES] = {0};
  for (size_t t = 0; t < d->tokens; t++) {
    const float *const key = d->key + t * d->key_stride, *const query = d->query + t * d->key_stride;
    const float *value = d->value + t * d->value_stride + column;
    float *const out = d->out + t * d->out_stride + column;
    const float decay = d->decay[t * d->gate_stride], beta = d->beta[t * d->gate_stride];
    if (missing) {
      for (size_t i = 0; i < width; i++) edge[i] = value[i];
      value = edge;
    }
    assay_v sum[4] = {};
    for (size_t i = 0; i < d->keys; i++) {
      const assay_v k = ASSAY_SPLAT(key[i]);
      ASSAY_UNROLL
      for (size_t v = 0; v < vectors; v++)
        sum[v] = ASSAY_FMA(
            ASSAY_LOAD(state + i * d->state_stride + v * ASSAY_LANES) * decay, k, sum[v]);
    }
    assay_v delta[4] = {};
    ASSAY_UNROLL
    for (size_t v = 0; v < vectors; v++) {
      delta[v] = (ASSAY_LOAD(value + v * ASSAY_LANES) - sum[v]) * beta;
      sum[v] = ASSAY_SPLAT(0.0f);
    }
    for (size_t i = 0; i < d->keys; i++) {
      const assay_v k = ASSAY_SPLAT(key[i]), q = ASSAY_SPLAT(query[i]);
      ASSAY_UNROLL
      for (size_t v = 0; v < vectors; v++) {
        float *const cell = state + i * d->state_stride + v * ASSAY_LANES;
        const assay_v s = ASSAY_FMA(k, delta[v], ASSAY_LOAD(cell) * decay);
        ASSAY_STORE(cell, s);
        sum[v] = ASSAY_FMA(s, q, sum[v]);
      }
    }
    if (missing) {
      assay_store_part(out, width, &sum[0]);
    } else {
      ASSAY_UNROLL
      for (size_t v = 0; v < vectors; v++) ASSAY_STORE(out + v * ASSAY_LANES, sum[v]);
    }
  }
}

static void assay_delta_rule(const assay_delta *d) {
  size_t column = 0;
  for (; column + 4 * ASSAY_LANES <= d->values; column += 4 * ASSAY_LANES)
    assay_delta_strip(d, column, 4, 0);
  for (; column + ASSAY_LANES <= d->values; column += ASSAY_LANES)
    assay_delta_strip(d, column, 1, 0);
  if (column < d->values) assay_delta_strip(d, column, 1, column + ASSAY_LANES - d->values);
}

// Element by element over a row: what needs no order at all.

static void assay_scale_by(const float *x, float scale, const float *weight, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] * scale * weight[i];
}

ASSAY_INLINE void assay_add_op(const assay_v *a, const assay_v *b, assay_v *y) { *y = *a + *b; }
ASSAY_MAP(assay_add, assay_add_op)

static void assay_rope_halves(float *restrict x, size_t half, const float *restrict cosines,
                               const float *restrict sines) {
  for (size_t i = 0; i < half; i++) {
    const float a = x[i], b = x[i + half];
    x[i] = a * cosines[i] - b * sines[i];
    x[i + half] = b * cosines[i] + a * sines[i];
  }
}

static void assay_rope_pairs(float *restrict x, size_t half, const float *restrict cosines,
                               const float *restrict sines) {
  for (size_t i = 0; i < half; i++) {
    const float a = x[2 * i], b = x[2 * i + 1];
    x[2 * i] = a * cosines[i] - b * sines[i];
    x[2 * i + 1] = b * cosines[i] + a * sines[i];
  }
}

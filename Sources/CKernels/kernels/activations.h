// Activations beside silu and GELU's tanh form, caps, and what norms with a mean need.

/// y = tanh x: an odd polynomial near zero, 1 - 2 / (e^2|x| + 1) with x's sign beyond.
ASSAY_INLINE void assay_tanh(const assay_v *x, assay_v *y) {
  const assay_iv sign = (assay_iv)*x & (int32_t)0x80000000;
  const assay_v a = (assay_v)((assay_iv)*x ^ sign), s = a * a;
  assay_v p = ASSAY_SPLAT(0x1.18e1dcp-9f);
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.0bf4fcp-7f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(0x1.638b58p-6f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.b9ee90p-5f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(0x1.111066p-3f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.555554p-2f));
  const assay_v near = ASSAY_FMA(a * s, p, a);
  const assay_v twice = a + a;
  assay_v e;
  assay_exp(&twice, &e);
  const assay_v far = 1.0f - 2.0f / (e + 1.0f);
  const assay_v result = ASSAY_SELECT(a < 0.625f, near, far);
  *y = (assay_v)((assay_iv)result | sign);
}

/// y = erf x: an odd polynomial near zero, 1 - e^(-x Q(x)) with x's sign beyond.
ASSAY_INLINE void assay_erf(const assay_v *x, assay_v *y) {
  const assay_iv sign = (assay_iv)*x & (int32_t)0x80000000;
  const assay_v a = (assay_v)((assay_iv)*x ^ sign), s = a * a;
  assay_v p = ASSAY_SPLAT(0x1.5ac332p-14f);
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.a99ef6p-11f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(0x1.54b5e4p-8f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.b80cb4p-6f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(0x1.ce2df4p-4f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(-0x1.812742p-2f));
  p = ASSAY_FMA(p, s, ASSAY_SPLAT(0x1.06eba8p-3f));
  const assay_v near = ASSAY_FMA(a, p, a);
  const assay_v t = ASSAY_SELECT(a > 4.0f, ASSAY_SPLAT(4.0f), a);
  assay_v q = ASSAY_SPLAT(-0x1.377c46p-19f);
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.3619aep-15f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(-0x1.ebab30p-13f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.2bf060p-11f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.b87b24p-10f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(-0x1.59bb2ep-6f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.aa33a2p-4f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.45b4e8p-1f));
  q = ASSAY_FMA(q, t, ASSAY_SPLAT(0x1.20e27ap+0f));
  const assay_v power = -(q * t);
  assay_v e;
  assay_exp(&power, &e);
  const assay_v result = ASSAY_SELECT(a < 0.9375f, near, 1.0f - e);
  *y = (assay_v)((assay_iv)result | sign);
}

ASSAY_INLINE void assay_gelu_erf_op(const assay_v *gate, const assay_v *up, assay_v *y) {
  const assay_v scaled = *gate * 0x1.6a09e6p-1f;
  assay_v e;
  assay_erf(&scaled, &e);
  *y = *gate * 0.5f * (e + 1.0f) * *up;
}
ASSAY_MAP(assay_gelu_erf_multiply, assay_gelu_erf_op)

ASSAY_INLINE void assay_relu_squared_op(const assay_v *gate, const assay_v *up, assay_v *y) {
  const assay_v r = ASSAY_SELECT(*gate > 0.0f, *gate, ASSAY_SPLAT(0.0f));
  *y = r * r * *up;
}
ASSAY_MAP(assay_relu_squared_multiply, assay_relu_squared_op)

ASSAY_INLINE void assay_swiglu_clamped_op(const assay_v *gate, const assay_v *up, assay_v *y) {
  const assay_v most = ASSAY_SPLAT(7.0f);
  const assay_v g = ASSAY_SELECT(*gate > most, most, *gate);
  assay_v u = ASSAY_SELECT(*up > most, most, *up);
  u = ASSAY_SELECT(u < -most, -most, u);
  const assay_v scaled = g * 1.702f;
  assay_v glu;
  assay_sigmoid_times(&g, &scaled, &glu);
  *y = (u + 1.0f) * glu;
}
ASSAY_MAP(assay_swiglu_clamped, assay_swiglu_clamped_op)

/// x and cap have one element for each other's: cap is the same 16 times.
ASSAY_INLINE void assay_cap_op(const assay_v *x, const assay_v *cap, assay_v *y) {
  const assay_v share = *x / *cap;
  assay_v t;
  assay_tanh(&share, &t);
  *y = t * *cap;
}

static void assay_soft_cap(float *x, size_t n, float cap) {
  const assay_v caps = ASSAY_SPLAT(cap);
  size_t i = 0;
  for (; i + ASSAY_LANES <= n; i += ASSAY_LANES) {
    const assay_v v = ASSAY_LOAD(x + i);
    assay_v y;
    assay_cap_op(&v, &caps, &y);
    ASSAY_STORE(x + i, y);
  }
  if (i == n) return;
  assay_v v, y;
  assay_load_part(x + i, n - i, 0.0f, &v);
  assay_cap_op(&v, &caps, &y);
  assay_store_part(x + i, n - i, &y);
}

static void assay_scale(const float *x, float scale, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] * scale;
}

static void assay_divide(const float *x, float divisor, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] / divisor;
}

static void assay_add_scaled(const float *x, float scale, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const float product = x[i] * scale;
    y[i] = y[i] + product;
  }
}

static void assay_clamp(float *x, size_t n, float most) {
  for (size_t i = 0; i < n; i++) {
    x[i] = x[i] > most ? most : x[i];
    x[i] = x[i] < -most ? -most : x[i];
  }
}

static void assay_affine(const float *x, float mean, float scale, const float *weight,
                         const float *bias, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const float product = (x[i] - mean) * scale * weight[i];
    y[i] = product + (bias ? bias[i] : 0.0f);
  }
}

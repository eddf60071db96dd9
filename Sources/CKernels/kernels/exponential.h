// exp and what is made of it. All steps are explicit fmas or single roundings: the same bits
// everywhere, with no help from a machine's libm.

/// y = e^x. x = n ln 2 + r with |r| <= ln 2 / 2; then e^r by a polynomial and 2^n in two factors,
/// so that results below the normal range round once and those above become infinite.
ASSAY_INLINE void assay_exp(const assay_v *x, assay_v *y) {
  const assay_v low = ASSAY_SPLAT(-104.0f), high = ASSAY_SPLAT(89.0f);
  const assay_v magic = ASSAY_SPLAT(ROUNDING);
  assay_v v = ASSAY_SELECT(*x < low, low, *x);
  v = ASSAY_SELECT(v > high, high, v);
  const assay_v shifted = ASSAY_FMA(v, ASSAY_SPLAT(0x1.715476p+0f), magic);
  const assay_v n = shifted - magic;
  assay_v r = ASSAY_FMA(n, ASSAY_SPLAT(-0x1.62e400p-1f), v);
  r = ASSAY_FMA(n, ASSAY_SPLAT(-0x1.7f7d1cp-20f), r);
  assay_v p = ASSAY_SPLAT(1.9875691500e-4f);
  p = ASSAY_FMA(p, r, ASSAY_SPLAT(1.3981999507e-3f));
  p = ASSAY_FMA(p, r, ASSAY_SPLAT(8.3334519073e-3f));
  p = ASSAY_FMA(p, r, ASSAY_SPLAT(4.1665795894e-2f));
  p = ASSAY_FMA(p, r, ASSAY_SPLAT(1.6666665459e-1f));
  p = ASSAY_FMA(p, r, ASSAY_SPLAT(5.0000001201e-1f));
  p = ASSAY_FMA(r * r, p, r) + 1.0f;
  const assay_iv exponent = (assay_iv)shifted - (assay_iv)magic;
  const assay_iv half = exponent >> 1;
  *y = p * (assay_v)((half + 127) << 23) * (assay_v)((exponent - half + 127) << 23);
}

ASSAY_INLINE void assay_exp_op(const assay_v *a, const assay_v *unused, assay_v *y) {
  (void)unused;
  assay_exp(a, y);
}
ASSAY_MAP(assay_exp_map, assay_exp_op)

static void assay_exponential(const float *x, float *y, size_t n) { assay_exp_map(x, x, y, n); }

/// v = a / (1 + e^-z).
ASSAY_INLINE void assay_sigmoid_times(const assay_v *a, const assay_v *z, assay_v *y) {
  const assay_v negative = -*z;
  assay_v e;
  assay_exp(&negative, &e);
  *y = *a / (e + 1.0f);
}

ASSAY_INLINE void assay_silu_op(const assay_v *gate, const assay_v *up, assay_v *y) {
  assay_sigmoid_times(gate, gate, y);
  *y *= *up;
}
ASSAY_MAP(assay_silu_multiply, assay_silu_op)
ASSAY_MAP(assay_sigmoid_multiply, assay_sigmoid_times)

/// 0.5 (1 + tanh u) is 1 / (1 + exp(-2u)), which keeps its relative accuracy in the left tail.
ASSAY_INLINE void assay_gelu_op(const assay_v *gate, const assay_v *up, assay_v *y) {
  const assay_v cube = *gate * *gate * *gate;
  const assay_v twice = ASSAY_FMA(cube, ASSAY_SPLAT(0.044715f), *gate) * 1.5957691216f;
  assay_sigmoid_times(gate, &twice, y);
  *y *= *up;
}
ASSAY_MAP(assay_gelu_multiply, assay_gelu_op)
